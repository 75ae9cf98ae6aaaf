// Instants as text: RFC 3339, the internet's form of ISO 8601.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace peregrine::base {

// In UTC: "2025-06-09T08:00:00Z", with 3, 6 or 9 digits of a fraction where there is one.
std::string to_rfc3339(WallTime instant);

// "2025-06-09T10:00:00+02:00": a date, "T" or a blank, a time, up to 9 digits of a fraction, and
// "Z" or an offset. Nothing for anything else, such as 30 February or a time without an offset.
std::optional<WallTime> parse_rfc3339(std::string_view text);

}  // namespace peregrine::base
