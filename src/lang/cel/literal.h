// Literals: what their digits and escapes stand for. Throw Mistake, caught in parse().
#pragma once

#include <cstddef>
#include <string_view>

#include "base/value.h"

namespace peregrine::lang::cel {

// The text or bytes literal at text[at]: quoted once or thrice, perhaps raw; moves `at` behind it.
base::Value read_text_literal(std::string_view text, size_t& at);

// The integer (decimal or 0x…, `u` behind it for unsigned) or double at text[at]. A number too
// large for an int64 is only read as unsigned; -9223372036854775808 is read by the parser.
base::Value read_number_literal(std::string_view text, size_t& at);

// Appends a code point as UTF-8. REQUIRES: a scalar value of Unicode.
void append_utf8(std::string& out, uint32_t point);

}  // namespace peregrine::lang::cel
