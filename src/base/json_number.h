// Numbers as JSON writes them (RFC 8259 section 6), to values.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace peregrine::base {

// What at the front of the text may be meant as a number.
std::string_view json_number_token(std::string_view text);

// What most numbers are: an integer of up to 18 digits. Nothing for all else.
std::optional<int64_t> short_json_integer(std::string_view token);

// As parse_json() says of numbers. Fails with Code::invalid for what is none, Code::limit beyond
// Decimal's limits.
Result<Value> parse_json_number(std::string_view token);

}  // namespace peregrine::base
