// Durations and instants. Monotonic time orders and measures; wall time is what people and
// programs call the time of day.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace peregrine::base {

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline Instant monotonic_now() { return std::chrono::steady_clock::now(); }
inline WallTime wall_now() { return std::chrono::system_clock::now(); }

inline double to_seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

// "850 µs", "12.3 ms", "4.10 s": three significant digits, below a microsecond fewer and above a
// thousand seconds more. REQUIRES: not negative.
std::string to_text(Duration d);

}  // namespace peregrine::base
