// The metrics of a run while it is played, for whoever asks in between: `--metrics` and `--otlp`.
//
// An observer; what it keeps does not grow with the number of plays. Once a second it takes the
// figures of the load that is played, which costs a copy of its histograms. One thread: that of the
// trial.
#pragma once

#include <string>
#include <vector>

#include "record/results.h"
#include "report/metrics.h"

namespace peregrine::report {

class LiveMetrics final : public record::Observer {
 public:
  void run_started(const record::RunResult& run) override;
  void system_ready(const record::RunResult& run) override;
  void journey_finished(const record::JourneyResult& journey) override;
  void load_progressed(const record::LoadProgress& load) override;
  void load_finished(const record::LoadResult& load) override;
  void run_finished(const record::RunResult& run) override;

  // Made anew only when something has happened since the last time.
  const std::string& prometheus();
  std::string otlp(base::WallTime now) const;

 private:
  Metrics so_far() const;
  void keep(record::LoadResult load);

  record::RunResult run_;  // without its journeys
  bool ended_ = false;
  JourneyTallies journeys_;
  std::string playing_;  // the load that is
  uint64_t users_ = 0;   // of it
  std::string page_;
  bool is_current_ = false;  // the page
};

}  // namespace peregrine::report
