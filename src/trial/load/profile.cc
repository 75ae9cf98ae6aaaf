#include "trial/load/profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace peregrine::trial {

using base::Duration;

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

Duration to_duration(double seconds) {
  return Duration(static_cast<int64_t>(std::llround(seconds * 1e9)));
}

}  // namespace

Profile::Profile(const lang::LoadSpec& load) {
  if (load.warm_up > Duration::zero()) {
    append(base::to_seconds(load.warm_up), load.level, load.level);
  }
  if (load.duration) append(base::to_seconds(*load.duration), load.level, load.level);
  double level = load.level;
  for (const lang::LoadSpec::Stage& stage : load.stages) {
    append(base::to_seconds(stage.in), level, stage.to);
    level = stage.to;
  }
  const bool endless = !load.duration && load.stages.empty();
  if (endless) append(kInfinite, level, level);
  const Line& last = lines_.back();
  length_ = endless ? Duration::max() : to_duration(last.begin_s + last.length_s);
}

void Profile::append(double length_s, double from, double to) {
  Line line{0, length_s, from, to, 0};
  if (!lines_.empty()) {
    const Line& last = lines_.back();
    line.begin_s = last.begin_s + last.length_s;
    line.before = last.before + last.due(last.length_s);
  }
  lines_.push_back(line);
}

double Profile::Line::due(double seconds) const {
  if (std::isinf(length_s)) return from * seconds;
  return from * seconds + (to - from) * seconds * seconds / (2 * length_s);
}

double Profile::level(Duration at) const {
  const double seconds = base::to_seconds(at);
  for (const Line& line : lines_) {
    const double within = seconds - line.begin_s;
    if (within >= line.length_s) continue;
    if (std::isinf(line.length_s)) return line.from;
    return line.from + (line.to - line.from) * std::max(within, 0.0) / line.length_s;
  }
  return 0;
}

double Profile::most() const {
  double most = 0;
  for (const Line& line : lines_) most = std::max({most, line.from, line.to});
  return most;
}

// With a the slope and b the level at the begin: a/2 t² + b t = n, in the form that loses no digits
// where a is small.
std::optional<Duration> Profile::arrival(uint64_t number) const {
  const double wanted = static_cast<double>(number) + 0.5;
  for (const Line& line : lines_) {
    const double n = wanted - line.before;
    const bool in_it = std::isinf(line.length_s) ? line.from > 0 : n < line.due(line.length_s);
    if (!in_it) continue;
    const double slope = std::isinf(line.length_s) ? 0 : (line.to - line.from) / line.length_s;
    const double root = std::sqrt(std::max(0.0, line.from * line.from + 2 * slope * n));
    return to_duration(line.begin_s + 2 * n / (line.from + root));
  }
  return std::nullopt;
}

uint64_t Profile::arrivals() const {
  base::check(length_ != Duration::max(), "a load without an end");
  const Line& last = lines_.back();
  return static_cast<uint64_t>(std::llround(last.before + last.due(last.length_s)));
}

}  // namespace peregrine::trial
