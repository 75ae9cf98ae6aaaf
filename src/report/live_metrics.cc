#include "report/live_metrics.h"

#include <algorithm>
#include <utility>

#include "report/otlp.h"
#include "report/prometheus.h"

namespace peregrine::report {

using record::LoadResult;
using record::RunResult;

namespace {

constexpr Metric kPlaying{"peregrine.load.playing", "Users who play now, or plays of a rate",
                          Metric::Kind::gauge};

// What is told of a run alone, with loads but without events.
RunResult head_of(const RunResult& run) {
  RunResult head;
  head.trial = run.trial;
  head.system = run.system;
  head.seed = run.seed;
  head.started = run.started;
  head.startup = run.startup;
  head.duration = run.duration;
  head.verdict = run.verdict;
  return head;
}

}  // namespace

void LiveMetrics::run_started(const RunResult& run) {
  run_ = head_of(run);
  is_current_ = false;
}

void LiveMetrics::system_ready(const RunResult& run) {
  run_.startup = run.startup;
  is_current_ = false;
}

void LiveMetrics::journey_finished(const record::JourneyResult& journey) {
  journeys_.add(journey);
  is_current_ = false;
}

void LiveMetrics::load_progressed(const record::LoadProgress& load) {
  playing_ = load.name;
  users_ = load.playing;
  if (load.so_far) keep(load.so_far());
  is_current_ = false;
}

void LiveMetrics::load_finished(const LoadResult& load) {
  playing_.clear();
  keep(load);
  is_current_ = false;
}

void LiveMetrics::run_finished(const RunResult& run) {
  std::vector<LoadResult> loads = std::move(run_.loads);
  run_ = head_of(run);
  run_.loads = std::move(loads);
  ended_ = true;
  is_current_ = false;
}

// Its slices are told by nobody here.
void LiveMetrics::keep(LoadResult load) {
  load.slices.clear();
  const auto same = std::ranges::find(run_.loads, load.name, &LoadResult::name);
  if (same == run_.loads.end()) {
    run_.loads.push_back(std::move(load));
  } else {
    *same = std::move(load);
  }
}

Metrics LiveMetrics::so_far() const {
  Metrics metrics;
  metrics.set_since(run_.started);
  add_run(metrics, run_, ended_);
  journeys_.tell(metrics);
  for (const LoadResult& load : run_.loads) {
    metrics.set_since(load.began == base::WallTime{} ? run_.started : load.began);
    add_load(metrics, load);
  }
  if (!playing_.empty()) metrics.add(kPlaying, {{"load", playing_}}, users_);
  return metrics;
}

const std::string& LiveMetrics::prometheus() {
  if (!is_current_) page_ = to_prometheus(so_far());
  is_current_ = true;
  return page_;
}

std::string LiveMetrics::otlp(base::WallTime now) const { return to_otlp(so_far(), run_, now); }

}  // namespace peregrine::report
