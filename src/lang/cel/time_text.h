// Durations and doubles as CEL reads and writes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace peregrine::lang::cel {

// "1h45m47s", "-1.5s", "250ms": numbers, each with d, h, m, s, ms, us, µs or ns behind it. Nothing
// for anything else, or beyond what nanoseconds in 64 bits hold (292 years).
std::optional<base::Duration> read_duration(std::string_view text);
// In seconds: "6347s", "0.25s".
std::string duration_text(base::Duration span);

// The shortest that reads back; NaN, Infinity, -Infinity.
std::string double_text(double number);

}  // namespace peregrine::lang::cel
