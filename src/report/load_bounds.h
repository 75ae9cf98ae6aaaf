// Whether the figures of a load keep within its thresholds, as far as a result holds them: for runs
// that were merged. While a load is played the trial itself judges, from its file.
#pragma once

#include <optional>

#include "record/load_result.h"

namespace peregrine::report {

// The threshold with what the load's figures say of it. Nothing when they do not: it is of what a
// service or a database used, or its limit is in no form that is known here.
std::optional<record::LoadThreshold> judge_anew(const record::LoadThreshold& threshold,
                                                const record::LoadResult& load);

}  // namespace peregrine::report
