// Parses expressions: CEL's grammar (cel-spec, langdef.md) with optional syntax (`a.?b`, `a[?i]`,
// `[?x]`, `{?k: v}`) and quoted fields (a.`b-c`).
#pragma once

#include <expected>
#include <string_view>

#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

std::expected<Syntax, Mistake> parse(std::string_view text);

}  // namespace peregrine::lang::cel
