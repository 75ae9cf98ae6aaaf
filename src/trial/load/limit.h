// How much a system bears: `--find-limit`. The load is stepped up, each step half as much again,
// until a threshold falls; the limit then lies between the last step that held and the first that
// did not, and is looked for between them. After that the last step that held is played once more:
// does the system come back?
#pragma once

#include <functional>
#include <vector>

#include "record/load_result.h"
#include "trial/load/load.h"

namespace peregrine::trial {

// Which level comes next.
class LimitSearch {
 public:
  static constexpr size_t kMostSteps = 40;  // up
  static constexpr size_t kHalvings = 3;    // between the last that held and the first that fell
  static constexpr double kGrowth = 1.5;

  // Of users, who come whole, or of plays in a second.
  LimitSearch(double first, double most, bool whole);

  // Nothing when the search is over.
  std::optional<double> next() const;
  // What came of the level that next() gave.
  void tell(bool held);

  // The highest level that held; nothing if none did.
  std::optional<double> held() const { return held_; }
  // The lowest that did not; nothing if all held.
  std::optional<double> fell() const { return fell_; }

 private:
  double rounded(double level) const;

  double most_;
  bool whole_;
  double at_;
  size_t steps_ = 0;
  size_t halvings_ = 0;
  std::optional<double> held_;
  std::optional<double> fell_;
};

}  // namespace peregrine::trial
