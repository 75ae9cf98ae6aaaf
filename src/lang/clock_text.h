// An instant as a clock on a wall shows it: `clock: 2025-06-02 09:00`.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace peregrine::lang {

// Nothing for what is no such text, or beyond the instants that are known.
std::optional<base::WallTime> read_clock_text(std::string_view text, std::string_view zone);

}  // namespace peregrine::lang
