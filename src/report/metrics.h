// What a run has measured as metrics: named families of samples that differ in their labels, as
// Prometheus and OpenTelemetry know them. Each format writes them in its own words; which figures
// there are is decided here, and told in docs/load.md.
//
// A name has dots ("peregrine.load.requests") and no unit, which stands beside it. Counters and
// histograms are cumulative since Sample::since. Of two samples with the same labels one is made,
// so that no format is given a series twice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/histogram.h"
#include "base/time.h"
#include "record/results.h"

namespace peregrine::report {

// In the order in which they are written; values are any text.
using Labels = std::vector<std::pair<std::string, std::string>>;

struct Metric {
  enum class Kind { counter, gauge, histogram };
  enum class Unit { count, seconds, bytes, real };  // real: a number that need not be whole
  struct Sample {
    double number = 0;        // of a counter or gauge
    base::Histogram times{};  // of a histogram
    base::WallTime since{};   // of a counter or histogram; 0: not known
  };

  std::string_view name;
  std::string_view help;
  Kind kind = Kind::counter;
  Unit unit = Unit::count;
};

class Metrics {
 public:
  static constexpr size_t kMostSamples = 20'000;  // of a family; what is beyond is left out
  static constexpr size_t kLongestLabel = 200;    // characters; longer ones end with "…"

  struct Family {
    Metric metric;
    std::map<Labels, Metric::Sample> samples;
  };

  // From when what is added next was counted.
  void set_since(base::WallTime since) { since_ = since; }
  // To a counter; a gauge takes the last number that it is given.
  void add(const Metric& metric, Labels labels, double number);
  void add(const Metric& metric, Labels labels, uint64_t number) {
    add(metric, std::move(labels), static_cast<double>(number));
  }
  void add(const Metric& metric, Labels labels, const base::Histogram& times);

  // In the order in which they were first added; none without a sample.
  const std::vector<Family>& families() const { return families_; }
  uint64_t left_out() const { return left_out_; }

 private:
  Metric::Sample* sample(const Metric& metric, Labels labels);

  base::WallTime since_{};
  std::vector<Family> families_;
  uint64_t left_out_ = 0;
};

// Where the buckets of histograms end, in seconds; the last one has no end.
inline constexpr double kBucketEnds[] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
// How many values are in no bucket beyond the end of this one.
uint64_t count_up_to(const base::Histogram& times, double end_s);

// Plays of journeys, added up by journey.
class JourneyTallies {
 public:
  void add(const record::JourneyResult& journey);
  void tell(Metrics& metrics) const;

 private:
  struct Tally {
    std::map<std::string_view, uint64_t> verdicts;
    uint64_t checks_passed = 0;
    uint64_t checks_failed = 0;
    base::Histogram durations;
  };
  struct Traffic {
    uint64_t events = 0;
    uint64_t failed = 0;
  };
  std::map<std::string, Tally> journeys_;
  std::map<std::pair<std::string, std::string>, Traffic> traffic_;  // by source and kind
};

// What is known of a run as a whole, its loads aside; of one that has not ended no verdict.
void add_run(Metrics& metrics, const record::RunResult& run, bool ended);
void add_load(Metrics& metrics, const record::LoadResult& load);
// What services and databases did in it.
void add_observed(Metrics& metrics, const std::string& load, const record::LoadObserved& observed);

// All of a run that has ended.
Metrics metrics_of(const record::RunResult& run);

}  // namespace peregrine::report
