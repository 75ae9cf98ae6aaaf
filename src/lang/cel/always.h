// Conditions that no value can change: `a == 1 && a == 2` never holds, `a != 1 || a != 2` always
// does. What is compared is the same name or part, and a literal; nothing else is looked at.
#pragma once

#include <optional>
#include <string_view>

#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

// A name, or what is reached from one by members and literal indices.
bool is_path(const Syntax& syntax);

// Throws Mistake for an operation that is always true or always false. `text` is the whole
// expression's.
void check_not_always(const Syntax& operation, std::string_view text);

}  // namespace peregrine::lang::cel
