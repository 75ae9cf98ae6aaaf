// `race:` of a journey: who contends, from which step on, and how many may win.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lang/pattern.h"
#include "lang/source.h"

namespace peregrine::lang {

struct Plan;

struct RaceSpec {
  Place at{};
  // How many play the journey at once; 0: nobody but the branches of its `together`.
  size_t contenders = 2;
  // The step of Plan::steps whose branches contend, where nobody plays the journey at once.
  std::optional<size_t> together{};
  // Other journeys, each of which one plays beside those: from its own `from` on. Theirs are the
  // values of shared data of the same name.
  std::vector<std::shared_ptr<const Plan>> with{};
  bool alike = true;             // all do the same: nothing reads `index`
  std::vector<size_t> shared{};  // of Plan::data: what all have in common
  size_t from = 0;               // the step of Plan::steps that they come to in turn
  size_t until = 0;              // the first step after these that is played when all are done
  std::optional<Pattern> won{}, lost{};
  int64_t bound = 2;  // preemptions
};

}  // namespace peregrine::lang
