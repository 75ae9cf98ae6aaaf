// One result of several runs of the same loads, played at the same time from several machines or
// processes: counts and histograms are added, so that percentiles are those of all that was
// measured and never averages. Thresholds are judged anew where the figures say enough; what a
// service or a database used is kept for each run, and said to be of it.
//
// Seconds are laid over each other from the begin of each load. What a whole lasted is the longest
// of its parts; the users of all are added.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "record/results.h"

namespace peregrine::report {

inline constexpr size_t kMostMergedRuns = 1'000;

struct NamedRun {
  std::string name;  // of its file, for what is told of it
  record::RunResult run;
};

// Fails with Code::invalid, and says why, for runs that are none of the same loads. REQUIRES: there
// are runs, at most kMostMergedRuns.
base::Result<record::RunResult> merge(std::vector<NamedRun> runs);

}  // namespace peregrine::report
