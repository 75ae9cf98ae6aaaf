// Reads what `jsonl` has written back into a result, to make another report from it: also of a run
// that was killed, as far as it came.
//
//   RunReader reader;
//   for (… line …) TRY_OK(reader.take(line));
//   RunResult run = std::move(reader).finish();
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "record/results.h"

namespace peregrine::report {

class RunReader {
 public:
  static constexpr size_t kMostJourneys = 2'000'000;
  static constexpr size_t kMostLoads = 1'000;
  static constexpr size_t kMostRaces = 1'000;
  static constexpr size_t kMostLoadSteps = 5'000;  // of all loads: each has three histograms

  explicit RunReader(size_t most_journeys = kMostJourneys) : most_journeys_(most_journeys) {}

  // Fails on a line that is none of `jsonl` (Code::invalid; the text says what it lacks), and when
  // there are too many journeys (Code::limit).
  base::Result<> take(std::string_view line);
  // Whether any line was taken.
  bool begun() const { return begun_; }
  // Of a play that has not ended what is known, and that it is inconclusive; of a load its seconds,
  // and nothing of its steps. REQUIRES: begun().
  record::RunResult finish() &&;

 private:
  base::Result<> add(record::JourneyResult journey);
  base::Result<> add(record::LoadResult load);
  base::Result<> take_journey(std::string_view event, const base::Value& line);
  base::Result<> take_race(const base::Value& line);
  base::Result<> take_progress(const base::Value& line);

  size_t most_journeys_;
  record::RunResult run_;
  std::vector<record::LoadResult> unfinished_;  // loads of which only progress was told
  size_t load_steps_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  bool playing_ = false;  // the last journey has not ended
};

}  // namespace peregrine::report
