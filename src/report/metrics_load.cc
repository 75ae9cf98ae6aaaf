// The metrics of a load.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "report/metrics.h"

namespace peregrine::report {

using base::Histogram;
using record::LoadResult;
using Kind = Metric::Kind;
using Unit = Metric::Unit;

namespace {

constexpr Metric kRequests{"peregrine.load.requests", "Requests that were answered"};
constexpr Metric kPlays{"peregrine.load.plays", "Plays, by what came of them"};
constexpr Metric kLooked{"peregrine.load.looked", "Plays that looked into boundaries"};
constexpr Metric kFailures{"peregrine.load.failures", "Failures, by their kind"};
constexpr Metric kUsers{"peregrine.load.users", "Users who played at the same time, at most",
                        Kind::gauge};
constexpr Metric kMeasured{"peregrine.load.measured", "For how long the load was measured",
                           Kind::gauge, Unit::seconds};
constexpr Metric kRequestTime{
    "peregrine.load.request.duration",
    "How long requests took: latency from when they were due, of it service and blocked",
    Kind::histogram, Unit::seconds};
constexpr Metric kRequestShare{"peregrine.load.request.duration.quantile",
                               "What a share of requests did not exceed, from when they were due",
                               Kind::gauge, Unit::seconds};
constexpr Metric kPlayTime{"peregrine.load.play.duration", "How long whole plays took",
                           Kind::histogram, Unit::seconds};
constexpr Metric kStepPlays{"peregrine.load.step.plays", "Plays of a step, by what came of them"};
constexpr Metric kStepTime{"peregrine.load.step.duration",
                           "How long a step took, from when it was due", Kind::histogram,
                           Unit::seconds};
constexpr Metric kStepShare{"peregrine.load.step.duration.quantile",
                            "What a share of a step's plays did not exceed, from when it was due",
                            Kind::gauge, Unit::seconds};
constexpr Metric kThreshold{"peregrine.load.threshold.held", "Whether a threshold holds: 1 or 0",
                            Kind::gauge};
constexpr Metric kLimit{"peregrine.load.limit",
                        "The highest level that held and the lowest that fell: users, or plays in "
                        "a second",
                        Kind::gauge, Unit::real};
constexpr Metric kGeneratorCpu{"peregrine.load.generator.cpu", "Processor time of Peregrine itself",
                               Kind::counter, Unit::seconds};
constexpr Metric kGeneratorMemory{"peregrine.load.generator.memory", "Memory of Peregrine itself",
                                  Kind::gauge, Unit::bytes};
constexpr Metric kGeneratorLag{"peregrine.load.generator.lag",
                               "How late Peregrine itself came to what was due", Kind::histogram,
                               Unit::seconds};

constexpr auto kShares = std::to_array<std::pair<const char*, double>>(
    {{"0.5", 0.5}, {"0.9", 0.9}, {"0.95", 0.95}, {"0.99", 0.99}, {"0.999", 0.999}, {"1", 1.0}});

Labels with(Labels labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

void add_shares(Metrics& metrics, const Metric& metric, const Labels& labels,
                const Histogram& times) {
  for (const auto& [text, share] : kShares) {
    const base::Duration time = share < 1 ? times.at(share) : times.most();
    metrics.add(metric, with(labels, "quantile", text), base::to_seconds(time));
  }
}

// A step may stand in several places: its times are those of all of them.
void add_steps(Metrics& metrics, const LoadResult& load) {
  std::map<Labels, Histogram> all;
  for (const record::LoadStep& step : load.steps) {
    const Labels labels{{"load", load.name}, {"journey", step.journey}, {"step", step.sentence}};
    const auto add = [&](const char* outcome, uint64_t count) {
      metrics.add(kStepPlays, with(labels, "outcome", outcome), count);
    };
    add("held", step.ended - std::min(step.ended, step.lost + step.failed));
    add("lost", step.lost);
    add("failed", step.failed);
    if (!step.times.latency.empty()) all[labels].merge(step.times.latency);
  }
  for (const auto& [labels, times] : all) {
    metrics.add(kStepTime, labels, times);
    add_shares(metrics, kStepShare, labels, times);
  }
}

void add_plays(Metrics& metrics, const LoadResult& load) {
  const auto add = [&](const char* outcome, uint64_t count) {
    metrics.add(kPlays, {{"load", load.name}, {"outcome", outcome}}, count);
  };
  add("held", load.ended - std::min(load.ended, load.failed + load.lost));
  add("failed", load.failed);
  add("lost", load.lost);
  add("cut", load.cut);
  add("not_begun", load.not_begun);
  metrics.add(kLooked, {{"load", load.name}}, load.looked);
}

void add_verdicts(Metrics& metrics, const LoadResult& load) {
  for (const record::LoadThreshold& one : load.thresholds) {
    if (!one.measured) continue;
    metrics.add(kThreshold,
                {{"load", load.name}, {"on", one.on}, {"figure", one.what}, {"bound", one.limit}},
                one.held ? 1.0 : 0.0);
  }
  if (!load.limit) return;
  const auto add = [&](const char* which, const std::optional<double>& level) {
    if (level) metrics.add(kLimit, {{"load", load.name}, {"level", which}}, *level);
  };
  add("held", load.limit->held);
  add("fell", load.limit->fell);
}

void add_generator(Metrics& metrics, const LoadResult& load) {
  const LoadResult::Generator& it = load.generator;
  if (it.rss_bytes == 0) return;  // of a load that was killed nothing is known of it
  metrics.add(kGeneratorCpu, {{"load", load.name}}, base::to_seconds(it.cpu));
  metrics.add(kGeneratorMemory, {{"load", load.name}}, it.rss_bytes);
  if (!it.lag.empty()) metrics.add(kGeneratorLag, {{"load", load.name}}, it.lag);
}

}  // namespace

void add_load(Metrics& metrics, const LoadResult& load) {
  const Labels name{{"load", load.name}};
  metrics.add(kRequests, name, load.asked());
  add_plays(metrics, load);
  for (const record::LoadFailures& one : load.failures) {
    metrics.add(kFailures, with(name, "kind", one.kind), one.count);
  }
  metrics.add(kUsers, name, load.users);
  metrics.add(kMeasured, name, base::to_seconds(load.measured));
  const auto add_part = [&](const char* kind, const Histogram& times) {
    if (!times.empty()) metrics.add(kRequestTime, with(name, "kind", kind), times);
  };
  add_part("latency", load.requests.latency);
  add_part("service", load.requests.service);
  add_part("blocked", load.requests.blocked);
  if (!load.requests.latency.empty()) {
    add_shares(metrics, kRequestShare, name, load.requests.latency);
  }
  if (!load.plays.empty()) metrics.add(kPlayTime, name, load.plays);
  add_steps(metrics, load);
  add_verdicts(metrics, load);
  add_generator(metrics, load);
  add_observed(metrics, load.name, load.observed);
}

}  // namespace peregrine::report
