// Reads the figures of a load back from what `jsonl` has written of it (report/json_load.cc). What
// can be counted from histograms is: percentiles in the file are for other readers.
#pragma once

#include "base/result.h"
#include "record/load_result.h"
#include "report/value_reader.h"

namespace peregrine::report {

inline constexpr size_t kMostLoadSlices = 10'000;
inline constexpr size_t kMostLoadFailures = 1'000;  // kinds
inline constexpr size_t kMostLoadThresholds = 1'000;
inline constexpr size_t kMostLoadPhases = 100;  // of a search for the limit

// What is wrong is told by the reader.
record::LoadResult read_load(ValueReader& from);
record::LoadSlice read_load_slice(ValueReader& from);

// Of a load that has not ended: one more slice of those that were told while it was played. One
// that begins where an earlier one did is that one, now longer. Fails with Code::limit.
base::Result<> add_slice(record::LoadResult& load, record::LoadSlice slice);
// What its slices say of it as a whole.
record::LoadResult known_of(record::LoadResult load);

}  // namespace peregrine::report
