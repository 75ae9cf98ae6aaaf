#include "trial/in_order.h"

#include <utility>

namespace peregrine::trial {

using record::JourneyResult;

record::Observer& InOrder::begin(size_t number) {
  if (number != next_) return nobody_;
  live_ = true;
  return to_;
}

void InOrder::finish(size_t number, JourneyResult result, std::optional<record::RaceResult> race) {
  if (number == next_ && live_) {
    run_.journeys.push_back(std::move(result));
    live_ = false;
    ++next_;
  } else {
    ended_.emplace(number, Ended{std::move(result), std::move(race)});
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
  for (auto& [number, ended] : ended_) tell(std::move(ended));
  ended_.clear();
}

// As it would have been told on its way.
void InOrder::tell(Ended ended) {
  JourneyResult& result = ended.result;
  if (result.verdict != record::Verdict::skipped) {
    std::vector<record::StepResult> steps = std::exchange(result.steps, {});
    to_.journey_started(result);
    for (record::StepResult& step : steps) {
      result.steps.push_back(std::move(step));
      to_.step_finished(result, result.steps.back());
    }
  }
  if (ended.race) {
    to_.race_finished(*ended.race);
    run_.races.push_back(*std::move(ended.race));
  }
  to_.journey_finished(result);
  run_.journeys.push_back(std::move(result));
}

}  // namespace peregrine::trial
