// Reads back what `jsonl` has written of what services and what surrounds them did in a load
// (report/json_observed.cc).
#pragma once

#include "record/load_observed.h"
#include "report/value_reader.h"

namespace peregrine::report {

inline constexpr size_t kMostObserved = 1'000;        // of each kind
inline constexpr size_t kMostGrowths = 10;            // of a process
inline constexpr size_t kMostObservedRoutes = 1'000;  // of a provider

// What is wrong is told by the reader.
record::LoadObserved read_observed(ValueReader& from);

}  // namespace peregrine::report
