#include "trial/load/thresholds.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "trial/load/leaks.h"

namespace peregrine::trial {

using base::Duration;
using base::Histogram;
using lang::Threshold;
using record::LoadStep;

namespace {

// What a threshold is judged by, and how people are told of it.
struct Measured {
  double value;
  std::string text;
};

std::optional<double> share_of(std::string_view what) {
  static constexpr auto kShares = std::to_array<std::pair<std::string_view, double>>(
      {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}});
  const auto found = std::ranges::find(kShares, what, &std::pair<std::string_view, double>::first);
  if (found == kShares.end()) return std::nullopt;
  return found->second;
}

std::optional<Measured> time_of(const Histogram& times, std::string_view what) {
  if (times.empty()) return std::nullopt;
  const auto share = share_of(what);
  const Duration time = share ? times.at(*share) : what == "max" ? times.most() : times.mean();
  return Measured{static_cast<double>(time.count()), base::to_text(time)};
}

std::optional<Measured> share(uint64_t some, uint64_t all) {
  if (all == 0) return std::nullopt;
  const double value = static_cast<double>(some) / static_cast<double>(all);
  return Measured{value, fmt::format("{:.3g}% ({} of {})", value * 100, some, all)};
}

std::optional<Measured> rate(uint64_t count, Duration span) {
  if (span <= Duration::zero()) return std::nullopt;
  const double value = static_cast<double>(count) / base::to_seconds(span);
  return Measured{value, fmt::format("{:.4g}/s", value)};
}

// A step of this sentence may stand in several places.
LoadStep all_named(const std::vector<LoadStep>& steps, std::string_view sentence) {
  LoadStep all;
  for (const LoadStep& step : steps) {
    if (step.sentence != sentence) continue;
    all.ended += step.ended;
    all.failed += step.failed;
    all.times.merge(step.times);
  }
  return all;
}

std::string text_of(std::string_view what, double value) {
  if (what == "cpu" || what == "hits") return fmt::format("{:.1f}%", value * 100);
  if (what == "received" || what == "sent") return fmt::format("{:.4g} MB/s", value / 1e6);
  if (what == "memory") return fmt::format("{:.1f} MB", value / 1e6);
  if (what == "mean" || what == "p95") return base::to_text(Duration(static_cast<int64_t>(value)));
  return fmt::format("{:.0f}", value);
}

class Judge {
 public:
  Judge(const Figures& figures, Duration measured, const Observed& observed)
      : figures_(figures), measured_(measured), observed_(observed) {}

  std::optional<Measured> measure(const Threshold& threshold) const {
    if (threshold.on.empty()) {
      if (threshold.what == "errors") return share(figures_.failed_plays(), figures_.ended());
      const record::Latencies all = figures_.requests();
      if (threshold.what == "rps") return rate(all.latency.count(), measured_);
      return time_of(all.latency, threshold.what);
    }
    if (const auto value = observed_.figure(threshold.on, threshold.what)) {
      return Measured{*value, text_of(threshold.what, *value)};
    }
    const LoadStep step = all_named(figures_.steps(), threshold.on);
    if (step.ended == 0 && threshold.on == "journey") return measure_plays(threshold.what);
    if (threshold.what == "errors") return share(step.failed, step.ended);
    if (threshold.what == "rps") return rate(step.ended, measured_);
    return time_of(step.times.latency, threshold.what);
  }

 private:
  std::optional<Measured> measure_plays(std::string_view what) const {
    if (what == "errors") return share(figures_.failed_plays(), figures_.ended());
    if (what == "rps") return rate(figures_.ended(), measured_);
    return time_of(figures_.plays(), what);
  }

  const Figures& figures_;
  Duration measured_;
  const Observed& observed_;
};

bool holds(const Threshold& threshold, double value) {
  switch (threshold.bound) {
    case Threshold::Bound::less:
      return value < threshold.limit;
    case Threshold::Bound::at_most:
      return value <= threshold.limit;
    case Threshold::Bound::more:
      return value > threshold.limit;
    case Threshold::Bound::at_least:
      break;
  }
  return value >= threshold.limit;
}

}  // namespace

std::vector<record::LoadThreshold> judge(const std::vector<Threshold>& thresholds,
                                         const Figures& figures, Duration measured,
                                         const Observed& observed) {
  const Judge judge(figures, measured, observed);
  std::vector<record::LoadThreshold> all;
  for (const Threshold& threshold : thresholds) {
    if (threshold.what == kLeak) continue;  // judged when the load is over
    const auto one = judge.measure(threshold);
    all.push_back({threshold.on, threshold.what, threshold.text,
                   one ? one->text : std::string("nothing was measured"),
                   one && holds(threshold, one->value), one.has_value()});
  }
  return all;
}

bool bounds_errors(const std::vector<Threshold>& thresholds) {
  return std::ranges::any_of(thresholds, [](const Threshold& threshold) {
    return threshold.what == "errors" && (threshold.on.empty() || threshold.on == "journey");
  });
}

}  // namespace peregrine::trial
