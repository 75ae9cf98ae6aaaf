// A journey's file to its plan.
#pragma once

#include <optional>

#include "lang/plan.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

// None when the file has mistakes; they are in `diagnostics`.
std::optional<Plan> read_journey(std::shared_ptr<const Source> source, const SystemSpec& system,
                                 Diagnostics& diagnostics);

}  // namespace peregrine::lang
