// An instant as people and programs write it.
#pragma once

#include <optional>

#include "base/time.h"
#include "base/value.h"

namespace peregrine::base {

// A timestamp, the text of one (RFC 3339), or whole seconds since 1970, as tokens have them.
// Nothing for any other value, and for seconds that WallTime does not reach (1678 to 2261), as
// milliseconds are that were taken for seconds.
std::optional<WallTime> as_instant(const Value& value);

}  // namespace peregrine::base
