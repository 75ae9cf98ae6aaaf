// Parses expressions: CEL's grammar (cel-spec, langdef.md) with optional syntax (`a.?b`, `a[?i]`,
// `[?x]`, `{?k: v}`) and quoted fields (a.`b-c`).
#pragma once

#include <expected>
#include <string_view>

#include "lang/cel/syntax.h"

namespace peregrine::lang::cel {

// The mistake is the first; places count bytes of the text.
std::expected<Syntax, Mistake> parse(std::string_view text);

// Whether CEL keeps this word for itself, so that nothing can be named so.
bool is_reserved(std::string_view word);

}  // namespace peregrine::lang::cel
