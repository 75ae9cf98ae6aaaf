// Time zones: what the clock on a wall there shows, and back. The zones are the system's (tzdata).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace peregrine::lang::cel {

// Nanoseconds since 1970 as a wall clock counts them: without its zone.
using LocalTime = std::chrono::local_time<base::Duration>;

// `zone` is a name ("Europe/Berlin", "UTC") or an offset ("+11:00", "-02:30", "02:00"). Nothing for
// a zone that does not exist.
std::optional<LocalTime> to_local(base::WallTime instant, std::string_view zone);

// Of a time that occurs twice the first; of one that a change to summer time skips, the instant of
// the change.
std::optional<base::WallTime> from_local(LocalTime local, std::string_view zone);

// Whether a zone has this name ("Europe/Berlin"); an offset is none.
bool is_zone_name(std::string_view name);
// All names, which live as long as the program.
std::vector<std::string_view> zone_names();

// "2025-06-09 10:00" or with seconds, 'T' or a blank between.
std::optional<LocalTime> read_local(std::string_view text);

// "days", "month", …: what later() counts by, in the plural or the singular.
bool is_unit_of_time(std::string_view word);

// t.plus(count, 'months'): hours and what is shorter are exact, a day later is the same time of the
// day. Nothing for a unit that there is not, and out of range.
std::optional<base::WallTime> later(base::WallTime from, int64_t count, std::string_view unit,
                                    std::string_view zone);

}  // namespace peregrine::lang::cel
