#include "trial/in_order.h"

#include <utility>

namespace peregrine::trial {

using record::JourneyResult;

record::Observer& InOrder::begin(size_t number) {
  if (number != next_) return nobody_;
  live_ = true;
  return to_;
}

void InOrder::finish(size_t number, JourneyResult result) {
  if (number == next_ && live_) {
    results_.push_back(std::move(result));
    live_ = false;
    ++next_;
  } else {
    ended_.emplace(number, std::move(result));
  }
  tell_whose_turn_it_is();
}

void InOrder::tell_whose_turn_it_is() {
  for (auto at = ended_.find(next_); at != ended_.end(); at = ended_.find(next_)) {
    tell(std::move(at->second));
    ended_.erase(at);
    ++next_;
  }
}

void InOrder::close() {
  for (auto& [number, result] : ended_) tell(std::move(result));
  ended_.clear();
}

// As it would have been told on its way.
void InOrder::tell(JourneyResult result) {
  if (result.verdict != record::Verdict::skipped) {
    std::vector<record::StepResult> steps = std::exchange(result.steps, {});
    to_.journey_started(result);
    for (record::StepResult& step : steps) {
      result.steps.push_back(std::move(step));
      to_.step_finished(result, result.steps.back());
    }
  }
  to_.journey_finished(result);
  results_.push_back(std::move(result));
}

}  // namespace peregrine::trial
