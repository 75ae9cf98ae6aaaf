// The service's log: one JSON object per line on standard output.
#pragma once

#include <string_view>

#include "base/value.h"

namespace peregrine::booking {

enum class Level { info, warning, error };

// {"time": …, "level": …, "message": …, and what the context adds}
void log(Level level, std::string_view message, const base::Map& context = {});

}  // namespace peregrine::booking
