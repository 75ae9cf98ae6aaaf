// What plays one thing again, as JSON: what reports have under `replay`, and what is kept of a
// failure beside the system (docs/running.md).
#pragma once

#include <string>
#include <vector>

#include "base/value.h"
#include "record/replay.h"
#include "report/value_reader.h"

namespace peregrine::report {

inline constexpr size_t kMostChoices = 100'000;  // of an order

// Null for one without an id.
base::Value to_value(const record::Replay& replay);
// Reads it back. What is wrong is told by the reader; so is a file that lies outside of its
// project.
record::Replay read_replay(ValueReader& from);
// What stands under `replay`, if there is anything: reports of before have none.
record::Replay read_replay_of(ValueReader& from);

// All that stand anywhere in a report, or a line of one, under `replay`. Fails when one of them is
// not what it should be.
base::Result<std::vector<record::Replay>> replays_in(const base::Value& report);

// The contenders that `order` lists.
std::vector<size_t> read_order(ValueReader& from);

}  // namespace peregrine::report
