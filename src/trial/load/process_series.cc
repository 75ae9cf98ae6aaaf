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

std::optional<LoadObserved::Network> join(const std::optional<LoadObserved::Network>& first,
                                          const std::optional<LoadObserved::Network>& second) {
  if (!first || !second) return std::nullopt;
  return LoadObserved::Network{.received_bytes = first->received_bytes + second->received_bytes,
                               .sent_bytes = first->sent_bytes + second->sent_bytes,
                               .retransmitted = first->retransmitted + second->retransmitted,
                               .opened = first->opened + second->opened,
                               .connections = std::max(first->connections, second->connections)};
}

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
  both.network = join(first.network, second.network);
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
  add_network(taken.network, point);
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

void ProcessSeries::add_network(const std::optional<system::Traffic>& now, Point& point) {
  if (!now || (last_ && !last_->network)) {
    process_.network.reset();
    return;
  }
  const system::Traffic before = last_ ? *last_->network : *now;
  point.network = {.received_bytes = now->received_bytes - before.received_bytes,
                   .sent_bytes = now->sent_bytes - before.sent_bytes,
                   .retransmitted = now->retransmitted - before.retransmitted,
                   .opened = now->opened - before.opened,
                   .connections = now->connections};
  process_.network = last_ ? join(process_.network, point.network) : point.network;
}

std::optional<double> ProcessSeries::figure(std::string_view what) const {
  const auto& network = process_.network;
  const bool has_span = process_.span > Duration::zero();
  if (what == "cpu" && has_span) return process_.cpu_share();
  if (what == "received" && network && has_span) {
    return process_.per_second(network->received_bytes);
  }
  if (what == "sent" && network && has_span) return process_.per_second(network->sent_bytes);
  if (what == "connections" && network) return static_cast<double>(network->connections);
  if (process_.points.empty()) return std::nullopt;
  const auto most = [&](auto level) {
    return to_number(std::ranges::max(process_.points, {}, level).*level);
  };
  if (what == "memory") return most(&Point::memory_bytes);
  if (what == "threads") return most(&Point::threads);
  if (what == "descriptors") return most(&Point::descriptors);
  return std::nullopt;
}

LoadObserved::Process ProcessSeries::tell() const {
  LoadObserved::Process told = process_;
  told.growth = growth_of(told.points);
  return told;
}

LoadObserved::Process ProcessSeries::tell_now() const {
  LoadObserved::Process told{
      .name = process_.name, .kind = process_.kind, .cpu = process_.cpu, .span = process_.span};
  told.network = process_.network;
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
