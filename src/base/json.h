// JSON (RFC 8259) to values and back.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::base {

// Lists and maps inside each other, at most.
inline constexpr int kMaxJsonDepth = 200;

// One JSON text. Integers become int64 or uint64, other numbers a double if it prints as the same
// number, and a Decimal otherwise, so that no digit is lost; -0 is 0, and 1.0 the same number as 1.
// Fails (Code::invalid) with the place of the mistake. Refused too: a key given twice in one
// object, half of a surrogate pair, a byte order mark; with Code::limit what is nested deeper than
// kMaxJsonDepth, more than two million values, a number beyond Decimal's limits. The caller bounds
// the length of the text.
Result<Value> parse_json(std::string_view text);

// Without a blank. What parse_json() has read is read as an equal value again. Doubles have the
// fewest digits that say them, without an exponent from 1e-6 to 2^53. What JSON has no form for:
// instants are RFC 3339 text, durations seconds ("1.5s"), bytes base64, NaN and the infinities
// null. Bytes of text that are not UTF-8 become U+FFFD.
std::string to_json(const Value& value);
void append_json(std::string& out, const Value& value);
// The inside of a JSON text, without the quotes around it.
void append_json_characters(std::string& out, std::string_view text);
// The same as to_json() on many lines, indented by two blanks.
std::string to_json_pretty(const Value& value);

}  // namespace peregrine::base
