#include "trial/load/limit.h"

#include <algorithm>
#include <cmath>

namespace peregrine::trial {

LimitSearch::LimitSearch(double first, double most, bool whole)
    : most_(most), whole_(whole), at_(std::min(first, most)) {}

double LimitSearch::rounded(double level) const { return whole_ ? std::round(level) : level; }

std::optional<double> LimitSearch::next() const {
  if (fell_ && held_) {
    const double middle = rounded((*held_ + *fell_) / 2);
    const bool between = middle > *held_ && middle < *fell_;
    if (halvings_ == kHalvings || !between) return std::nullopt;
    return middle;
  }
  if (fell_ || steps_ == kMostSteps || (held_ && *held_ >= most_)) return std::nullopt;
  return at_;
}

void LimitSearch::tell(bool held) {
  const double level = next().value_or(at_);
  if (fell_ && held_) ++halvings_;
  ++steps_;
  (held ? held_ : fell_) = level;
  if (held && !fell_) at_ = std::min(most_, std::max(rounded(level * kGrowth), level + 1));
}

}  // namespace peregrine::trial
