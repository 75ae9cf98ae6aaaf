// A journey's file to its plan.
#pragma once

#include <optional>

#include "lang/plan.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

// None when the file has mistakes; they are in `diagnostics`. `beside`: it is one that contends
// with another journey, so that it has a race, and whom its own `race` names does not take part.
std::optional<Plan> read_journey(std::shared_ptr<const Source> source, const SystemSpec& system,
                                 Diagnostics& diagnostics, bool beside = false);

}  // namespace peregrine::lang
