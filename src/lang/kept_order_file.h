// A file that keeps an order of a journey's race (`replay:`), to the plan that plays it.
#pragma once

#include <optional>

#include "lang/plan.h"
#include "lang/system_spec.h"

namespace peregrine::lang {

// None when it or the journey's file has mistakes; they are in `diagnostics`.
std::optional<Plan> read_kept_order(std::shared_ptr<const Source> source, const SystemSpec& system,
                                    Diagnostics& diagnostics);

}  // namespace peregrine::lang
