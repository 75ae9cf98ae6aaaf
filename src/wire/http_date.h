// Instants as HTTP writes them, and as servers have been seen to write them in cookies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace peregrine::wire {

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7, IMF-fixdate). What is finer than a
// second is cut off.
std::string to_http_date(base::WallTime instant);

// RFC 6265 section 5.1.1, which finds a time, a day, a month and a year in any order and ignores
// the rest, zones too: all is GMT. Nothing for what has not all four, or is no date. Instants that
// WallTime cannot hold become the first or the last that it can.
std::optional<base::WallTime> parse_cookie_date(std::string_view text);

}  // namespace peregrine::wire
