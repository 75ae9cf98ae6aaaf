// Macros: calls that are compiled by a rule of their own, because they name locals (`x` in
// list.all(x, x > 0)) or because an argument may fail (`has`, `or`).
#pragma once

#include <string_view>
#include <vector>

#include "lang/cel/compiler.h"

namespace peregrine::lang::cel {

// Null if this call is no macro's. Throws Mistake for one that is written wrongly.
NodePtr expand_macro(Compiler& compiler, const Syntax& call);

// For suggestions.
std::vector<std::string_view> macro_names(bool method);

}  // namespace peregrine::lang::cel
