#include "trial/load/leaks.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "base/trend.h"

namespace peregrine::trial {

using base::Measurement;
using lang::Threshold;
using record::LoadObserved;
using Point = LoadObserved::Point;

namespace {

constexpr double kLeastBytes = 5e6;
constexpr double kLeastCount = 10;
constexpr double kPerHour = 3600;

struct Level {
  const char* of;
  double least;  // that counts as much
  std::optional<double> (*at)(const Point&);
};

std::optional<double> to_number(std::optional<uint64_t> count) {
  if (!count) return std::nullopt;
  return static_cast<double>(*count);
}

constexpr Level kOfServices[] = {
    {"memory", kLeastBytes, [](const Point& point) { return to_number(point.memory_bytes); }},
    {"descriptors", kLeastCount, [](const Point& point) { return to_number(point.descriptors); }},
    {"threads", kLeastCount, [](const Point& point) { return to_number(point.threads); }}};
constexpr Level kOfPostgres[] = {
    {"connections", kLeastCount, [](const Point& point) { return to_number(point.connections); }}};

std::span<const Level> levels_of(const LoadObserved::Process& process) {
  if (process.kind == "service") return kOfServices;
  if (process.kind == "postgres") return kOfPostgres;
  return {};
}

std::vector<Measurement> series_of(std::span<const Point> points, const Level& level) {
  std::vector<Measurement> series;
  for (const Point& point : points) {
    if (const auto value = level.at(point)) {
      series.push_back({base::to_seconds(point.at), *value});
    }
  }
  return series;
}

std::optional<Leak> leak_of(const std::vector<Measurement>& series, const Level& level,
                            double share) {
  const auto whole = base::trend_of(series, base::Residuals::correlated);
  const auto later =
      base::trend_of(std::span(series).subspan(series.size() / 2), base::Residuals::correlated);
  if (!whole || !later || !whole->rises() || !later->rises()) return std::nullopt;
  const double span = series.back().x - series.front().x;
  const double grown = std::min(whole->slope, later->slope) * span;
  if (grown < std::max(level.least, share * series.front().y)) return std::nullopt;
  return Leak{level.of, whole->slope * kPerHour, whole->margin * kPerHour, whole->slope * span};
}

std::string amount(const std::string& of, double number) {
  const bool giga = number >= 1e9;
  if (of == "memory") number /= giga ? 1e9 : 1e6;
  const char* unit = of != "memory" ? "" : giga ? " GB" : " MB";
  return number < 100 ? fmt::format("{:.3g}{}", number, unit)
                      : fmt::format("{:.0f}{}", number, unit);
}

std::string text_of(const Leak& leak) {
  return fmt::format("{} by {} an hour (±{}, 95 % sure), {} in all", leak.of,
                     amount(leak.of, leak.per_hour), amount(leak.of, leak.margin),
                     amount(leak.of, leak.grown));
}

const Threshold* bound_of(const std::vector<Threshold>& thresholds, const std::string& process) {
  const Threshold* of_all = nullptr;
  for (const Threshold& one : thresholds) {
    if (one.what != kLeak) continue;
    if (one.on == process) return &one;
    if (one.on.empty()) of_all = &one;
  }
  return of_all;
}

}  // namespace

std::optional<std::vector<Leak>> leaks_of(const LoadObserved::Process& process, double share,
                                          bool had_warm_up) {
  const size_t skipped = had_warm_up ? 0 : process.points.size() / 10;
  const auto points = std::span(process.points).subspan(skipped);
  std::vector<Leak> leaks;
  bool judged = false;
  for (const Level& level : levels_of(process)) {
    const std::vector<Measurement> series = series_of(points, level);
    if (series.size() < kLeastPointsOfLeak) continue;
    judged = true;
    if (auto leak = leak_of(series, level, share)) leaks.push_back(*std::move(leak));
  }
  if (!judged) return std::nullopt;
  return leaks;
}

std::vector<record::LoadThreshold> judge_leaks(const std::vector<Threshold>& thresholds,
                                               const std::vector<LoadObserved::Process>& processes,
                                               bool had_warm_up) {
  std::vector<record::LoadThreshold> all;
  for (const LoadObserved::Process& process : processes) {
    const Threshold* bound = bound_of(thresholds, process.name);
    if (!bound || levels_of(process).empty()) continue;
    record::LoadThreshold verdict{process.name, std::string(kLeak), bound->text, ""};
    const auto leaks = leaks_of(process, bound->limit, had_warm_up);
    verdict.measured = leaks.has_value();
    verdict.held = leaks && leaks->empty();
    verdict.actual = !leaks ? "not known: too few looks" : leaks->empty() ? "steady" : "growing: ";
    for (size_t i = 0; leaks && i < leaks->size(); ++i) {
      verdict.actual += (i > 0 ? "; " : "") + text_of((*leaks)[i]);
    }
    all.push_back(std::move(verdict));
  }
  const Threshold* of_all = bound_of(thresholds, "");
  if (of_all && all.empty()) {
    all.push_back(
        {"", std::string(kLeak), of_all->text, "not known: nothing was looked at", false, false});
  }
  return all;
}

}  // namespace peregrine::trial
