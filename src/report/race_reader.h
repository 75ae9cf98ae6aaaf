// Reads what a race has shown back from what `jsonl` has written of it (report/json_race.cc).
#pragma once

#include "record/race_result.h"
#include "report/value_reader.h"

namespace peregrine::report {

inline constexpr size_t kMostContenders = 10'000;
inline constexpr size_t kMostFindings = 100;
inline constexpr size_t kMostActs = 100'000;  // of a finding, and of its choices
inline constexpr size_t kMostLogs = 1'000;    // of an act
inline constexpr size_t kMostNotCompared = 100'000;

// What is wrong is told by the reader; so is an act of one who does not contend.
record::RaceResult read_race(ValueReader& from);

}  // namespace peregrine::report
