#include "trial/load/process_series.h"

#include <algorithm>
#include <functional>

#include "base/trend.h"

namespace peregrine::trial {

using base::Duration;
using record::LoadObserved;
using Point = LoadObserved::Point;

namespace {

constexpr size_t kLeastPoints = 20;
constexpr double kMuch = 0.05;  // of where a level began

// Two that follow each other, as one.
Point join(const Point& first, const Point& second) {
  Point both = second;
  both.length = first.length + second.length;
  if (both.length > Duration::zero()) {
    both.cpu = (first.cpu * base::to_seconds(first.length) +
                second.cpu * base::to_seconds(second.length)) /
               base::to_seconds(both.length);
  }
  both.memory_bytes = std::max(first.memory_bytes, second.memory_bytes);
  both.threads = std::max(first.threads, second.threads);
  both.descriptors = std::max(first.descriptors, second.descriptors);
  both.connections = std::max(first.connections, second.connections);
  return both;
}

using Level = std::function<std::optional<double>(const Point&)>;

std::optional<double> to_number(std::optional<uint64_t> count) {
  if (!count) return std::nullopt;
  return static_cast<double>(*count);
}

// `least`: that counts as much.
std::optional<LoadObserved::Growth> growth(std::string of, double least,
                                           const std::vector<Point>& points, const Level& level) {
  std::vector<base::Measurement> series;
  for (const Point& point : points) {
    const auto value = level(point);
    if (value) series.push_back({base::to_seconds(point.at) / 60, *value});
  }
  if (series.size() < kLeastPoints) return std::nullopt;
  const auto trend = base::trend_of(series, base::Residuals::correlated);
  if (!trend || !trend->rises()) return std::nullopt;
  const double grown = trend->slope * (series.back().x - series.front().x);
  if (grown < std::max(least, kMuch * series.front().y)) return std::nullopt;
  return LoadObserved::Growth{std::move(of), trend->slope, trend->margin, grown};
}

}  // namespace

void ProcessSeries::add(Duration at, const system::Resources& taken,
                        std::optional<uint64_t> connections) {
  Point point{.at = at,
              .memory_bytes = taken.memory_bytes,
              .threads = taken.threads,
              .descriptors = taken.descriptors,
              .connections = connections};
  if (last_) {
    // What ends and is waited for by nobody takes its time with it.
    const Duration used = std::max(taken.cpu - last_->cpu, Duration::zero());
    point.length = at - last_at_;
    if (point.length > Duration::zero()) {
      point.cpu = base::to_seconds(used) / base::to_seconds(point.length);
    }
    process_.cpu += used;
    process_.span += point.length;
  }
  last_ = taken;
  last_at_ = at;
  auto& points = process_.points;
  // The first stays as it is: levels begin there. The clock that samples is not exact.
  const Duration most = point_length_ + point_length_ / 10;
  if (points.size() > 1 && points.back().length + point.length <= most) {
    points.back() = join(points.back(), point);
  } else {
    points.push_back(point);
  }
  if (points.size() < LoadObserved::Process::kMostPoints) return;
  size_t kept = 1;
  for (size_t i = 1; i < points.size(); i += 2, ++kept) {
    points[kept] = i + 1 < points.size() ? join(points[i], points[i + 1]) : points[i];
  }
  points.resize(kept);
  point_length_ *= 2;
}

std::optional<double> ProcessSeries::cpu_share() const {
  if (process_.span <= Duration::zero()) return std::nullopt;
  return process_.cpu_share();
}

std::optional<uint64_t> ProcessSeries::most_memory() const {
  if (process_.points.empty()) return std::nullopt;
  return std::ranges::max_element(process_.points, {}, &Point::memory_bytes)->memory_bytes;
}

std::optional<uint64_t> ProcessSeries::most_threads() const {
  if (process_.points.empty()) return std::nullopt;
  return std::ranges::max_element(process_.points, {}, &Point::threads)->threads;
}

std::optional<uint64_t> ProcessSeries::most_descriptors() const {
  if (process_.points.empty()) return std::nullopt;
  return std::ranges::max_element(process_.points, {}, &Point::descriptors)->descriptors;
}

LoadObserved::Process ProcessSeries::tell() const {
  LoadObserved::Process told = process_;
  told.growth = growth_of(told.points);
  return told;
}

LoadObserved::Process ProcessSeries::tell_now() const {
  LoadObserved::Process told{
      .name = process_.name, .kind = process_.kind, .cpu = process_.cpu, .span = process_.span};
  if (!process_.points.empty()) told.points = {process_.points.back()};
  return told;
}

std::vector<LoadObserved::Growth> growth_of(const std::vector<Point>& points) {
  constexpr double kBytes = 1e6;
  constexpr double kCount = 5;
  std::vector<LoadObserved::Growth> all;
  const auto add = [&](std::string of, double least, const Level& level) {
    if (auto found = growth(std::move(of), least, points, level)) all.push_back(*std::move(found));
  };
  add("memory", kBytes, [](const Point& point) { return to_number(point.memory_bytes); });
  add("descriptors", kCount, [](const Point& point) { return to_number(point.descriptors); });
  add("threads", kCount, [](const Point& point) { return to_number(point.threads); });
  add("connections", kCount, [](const Point& point) { return to_number(point.connections); });
  return all;
}

}  // namespace peregrine::trial
