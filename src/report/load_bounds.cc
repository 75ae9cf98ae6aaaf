#include "report/load_bounds.h"

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace peregrine::report {

using base::Duration;
using base::Histogram;
using record::LoadResult;
using record::LoadStep;
using record::LoadThreshold;

namespace {

using Unit = std::pair<std::string_view, double>;

// "200ms", "0.1%", "1000/s", as src/lang/threshold_reader.cc has accepted it: a time in
// nanoseconds, a share of 1, or so many a second.
std::optional<double> parse_limit(std::string_view text, std::string_view what) {
  static constexpr Unit kTimes[] = {
      {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}};
  static constexpr Unit kShares[] = {{"%", 0.01}};
  static constexpr Unit kRates[] = {{"", 1}, {"/s", 1}};
  double number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || !std::isfinite(number) || number < 0) return std::nullopt;
  const std::string_view unit = base::trimmed({parsed.ptr, static_cast<size_t>(end - parsed.ptr)});
  const auto in = [&](const auto& units) -> std::optional<double> {
    for (const auto& [name, factor] : units) {
      if (unit == name) return number * factor;
    }
    return std::nullopt;
  };
  return what == "errors" ? in(kShares) : what == "rps" ? in(kRates) : in(kTimes);
}

// Nothing when the bound itself cannot be read.
std::optional<bool> holds(std::string_view bound, std::string_view what, double value) {
  const bool less = bound.starts_with('<'), more = bound.starts_with('>');
  const bool or_equal = bound.substr(less || more ? 1 : 0).starts_with('=') || !(less || more);
  const size_t sign = less || more ? (or_equal ? 2 : 1) : 0;
  const auto limit = parse_limit(base::trimmed(bound.substr(sign)), what);
  if (!limit) return std::nullopt;
  if (or_equal && value == *limit) return true;
  return more || (!less && what == "rps") ? value > *limit : value < *limit;
}

struct Measured {
  double value;
  std::string text;
};
// Nothing in it: nothing was measured.
using Figure = std::optional<Measured>;

Figure share(uint64_t some, uint64_t all) {
  if (all == 0) return std::nullopt;
  const double value = static_cast<double>(some) / static_cast<double>(all);
  return Measured{value, fmt::format("{:.3g}% ({} of {})", value * 100, some, all)};
}

Figure rate(uint64_t count, Duration span) {
  if (span <= Duration::zero()) return std::nullopt;
  const double value = static_cast<double>(count) / base::to_seconds(span);
  return Measured{value, fmt::format("{:.4g}/s", value)};
}

std::optional<Duration> time_called(std::string_view what, const Histogram& times) {
  static constexpr Unit kShares[] = {
      {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};
  for (const auto& [name, share] : kShares) {
    if (what == name) return times.at(share);
  }
  if (what == "max") return times.most();
  if (what == "mean") return times.mean();
  return std::nullopt;
}

// Of a step, of whole plays, or of all requests: `ended` of them, of which `failed` did.
struct Subject {
  uint64_t failed = 0;
  uint64_t ended = 0;
  uint64_t per_second = 0;  // what `rps` counts
  Histogram times{};
};

Subject subject_of(const LoadThreshold& threshold, const LoadResult& load) {
  if (threshold.on.empty()) return {load.failed, load.ended, load.asked(), load.requests.latency};
  Subject all;
  for (const LoadStep& step : load.steps) {
    if (step.sentence != threshold.on) continue;
    all.failed += step.failed;
    all.ended += step.ended;
    all.times.merge(step.times.latency);
  }
  all.per_second = all.ended;
  if (all.ended > 0 || threshold.on != "journey") return all;
  return {load.failed, load.ended, load.ended, load.plays};
}

bool is_of_a_party(const LoadThreshold& threshold) {
  if (threshold.on == "sql" || threshold.on == "redis") return true;
  const bool known = threshold.what == "errors" || threshold.what == "rps" ||
                     time_called(threshold.what, Histogram());
  return !known;
}

}  // namespace

std::optional<LoadThreshold> judge_anew(const LoadThreshold& threshold, const LoadResult& load) {
  if (is_of_a_party(threshold)) return std::nullopt;
  const Subject subject = subject_of(threshold, load);
  Figure figure;
  if (threshold.what == "errors") {
    figure = share(subject.failed, subject.ended);
  } else if (threshold.what == "rps") {
    figure = rate(subject.per_second, load.measured);
  } else if (!subject.times.empty()) {
    const Duration time = time_called(threshold.what, subject.times).value_or(Duration::zero());
    figure = Measured{static_cast<double>(time.count()), base::to_text(time)};
  }
  const auto held = holds(threshold.limit, threshold.what, figure ? figure->value : 0);
  if (!held) return std::nullopt;
  LoadThreshold judged = threshold;
  judged.actual = figure ? figure->text : "nothing was measured";
  judged.held = figure && *held;
  judged.measured = figure.has_value();
  return judged;
}

}  // namespace peregrine::report
