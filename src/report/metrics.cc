#include "report/metrics.h"

#include <algorithm>

#include "base/text.h"
#include "report/version.h"

namespace peregrine::report {

using base::Histogram;
using record::JourneyResult;
using record::RunResult;
using Kind = Metric::Kind;
using Unit = Metric::Unit;

namespace {

constexpr Metric kInfo{"peregrine.info", "What was played: 1", Kind::gauge};
constexpr Metric kPassed{"peregrine.run.passed", "Whether all held: 1 or 0", Kind::gauge};
constexpr Metric kDuration{"peregrine.run.duration", "How long the run took", Kind::gauge,
                           Unit::seconds};
constexpr Metric kStartup{"peregrine.run.startup", "Until the system was ready", Kind::gauge,
                          Unit::seconds};
constexpr Metric kLeftOut{"peregrine.metrics.left_out",
                          "Samples that are left out because there are too many", Kind::gauge};
constexpr Metric kPlays{"peregrine.journey.plays",
                        "Plays of a journey, or what a load does once of it, by verdict"};
constexpr Metric kChecks{"peregrine.journey.checks", "Expectations that held and that fell"};
constexpr Metric kPlayTime{"peregrine.journey.duration", "How long plays of a journey took",
                           Kind::histogram, Unit::seconds};
constexpr Metric kEvents{"peregrine.boundary.events",
                         "What boundaries and logs saw in plays of journeys"};

std::string label_value(std::string_view text) {
  std::string shown(text);
  if (base::count_characters(shown) <= Metrics::kLongestLabel) return shown;
  return base::first_characters(shown, Metrics::kLongestLabel - 1) + "…";
}

}  // namespace

Metric::Sample* Metrics::sample(const Metric& metric, Labels labels) {
  auto family =
      std::ranges::find(families_, metric.name, [](const Family& one) { return one.metric.name; });
  if (family == families_.end()) {
    families_.push_back({metric, {}});
    family = families_.end() - 1;
  }
  for (auto& [name, value] : labels) value = label_value(value);
  auto& samples = family->samples;
  const auto found = samples.find(labels);
  if (found != samples.end()) return &found->second;
  if (samples.size() >= kMostSamples) {
    ++left_out_;
    return nullptr;
  }
  return &samples.emplace(std::move(labels), Metric::Sample{.since = since_}).first->second;
}

void Metrics::add(const Metric& metric, Labels labels, double number) {
  Metric::Sample* into = sample(metric, std::move(labels));
  if (!into) return;
  into->number = metric.kind == Kind::counter ? into->number + number : number;
}

void Metrics::add(const Metric& metric, Labels labels, const Histogram& times) {
  if (Metric::Sample* into = sample(metric, std::move(labels))) into->times.merge(times);
}

uint64_t count_up_to(const Histogram& times, double end_s) {
  const auto end = std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(end_s));
  return times.count() - times.longer_than(end);
}

void JourneyTallies::add(const JourneyResult& journey) {
  Tally& tally = journeys_[journey.name];
  ++tally.verdicts[to_string(journey.verdict)];
  tally.checks_passed += journey.checks_passed();
  tally.checks_failed += journey.checks_failed();
  if (journey.verdict != record::Verdict::skipped) tally.durations.add(journey.duration);
  for (const record::Count& count : journey.traffic) {
    Traffic& traffic = traffic_[{count.source, std::string(to_string(count.kind))}];
    traffic.events += count.events;
    traffic.failed += count.failed;
  }
}

void JourneyTallies::tell(Metrics& metrics) const {
  for (const auto& [journey, tally] : journeys_) {
    for (const auto& [verdict, count] : tally.verdicts) {
      metrics.add(kPlays, {{"journey", journey}, {"verdict", std::string(verdict)}}, count);
    }
    metrics.add(kChecks, {{"journey", journey}, {"outcome", "held"}}, tally.checks_passed);
    metrics.add(kChecks, {{"journey", journey}, {"outcome", "fell"}}, tally.checks_failed);
    if (!tally.durations.empty()) metrics.add(kPlayTime, {{"journey", journey}}, tally.durations);
  }
  for (const auto& [of, traffic] : traffic_) {
    const auto& [source, kind] = of;
    const auto add = [&](const char* outcome, uint64_t count) {
      metrics.add(kEvents, {{"source", source}, {"kind", kind}, {"outcome", outcome}}, count);
    };
    add("ok", traffic.events - std::min(traffic.events, traffic.failed));
    add("failed", traffic.failed);
  }
}

void add_run(Metrics& metrics, const RunResult& run, bool ended) {
  metrics.add(kInfo,
              {{"version", std::string(kVersion)}, {"trial", run.trial}, {"system", run.system}},
              1.0);
  metrics.add(kStartup, {}, base::to_seconds(run.startup));
  if (!ended) return;
  metrics.add(kDuration, {}, base::to_seconds(run.duration));
  metrics.add(kPassed, {}, run.verdict == record::Verdict::passed ? 1.0 : 0.0);
}

Metrics metrics_of(const RunResult& run) {
  Metrics metrics;
  metrics.set_since(run.started);
  add_run(metrics, run, true);
  JourneyTallies tallies;
  for (const JourneyResult& journey : run.journeys) tallies.add(journey);
  tallies.tell(metrics);
  for (const record::LoadResult& load : run.loads) {
    metrics.set_since(load.began == base::WallTime{} ? run.started : load.began);
    add_load(metrics, load);
  }
  if (metrics.left_out() > 0) metrics.add(kLeftOut, {}, metrics.left_out());
  return metrics;
}

}  // namespace peregrine::report
