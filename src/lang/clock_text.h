// An instant as a clock on a wall shows it: `clock: 2025-06-02 09:00`.
#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "lang/fields.h"

namespace peregrine::lang {

// Nothing for what is no such text, or beyond the instants that are known.
std::optional<base::WallTime> read_clock_text(std::string_view text, std::string_view zone);

// `clock:` of a system or a journey. Nothing, and a mistake, for what is no such instant, and for
// one that no clock shows: they count from 1970 on.
std::optional<base::WallTime> read_start(const Node& node, std::string_view zone,
                                         Diagnostics& diagnostics);

}  // namespace peregrine::lang
