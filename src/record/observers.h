// Several observers, told one after another.
#pragma once

#include <utility>
#include <vector>

#include "record/results.h"

namespace peregrine::record {

class Observers final : public Observer {
 public:
  // They outlive this.
  explicit Observers(std::vector<Observer*> all) : all_(std::move(all)) {}

  void run_started(const RunResult& run) override {
    for (Observer* one : all_) one->run_started(run);
  }
  void system_ready(const RunResult& run) override {
    for (Observer* one : all_) one->system_ready(run);
  }
  void not_started(const RunResult& run, const base::Error& why) override {
    for (Observer* one : all_) one->not_started(run, why);
  }
  void journey_started(const JourneyResult& journey) override {
    for (Observer* one : all_) one->journey_started(journey);
  }
  void step_finished(const JourneyResult& journey, const StepResult& step) override {
    for (Observer* one : all_) one->step_finished(journey, step);
  }
  void journey_finished(const JourneyResult& journey) override {
    for (Observer* one : all_) one->journey_finished(journey);
  }
  void load_progressed(const LoadProgress& load) override {
    for (Observer* one : all_) one->load_progressed(load);
  }
  void race_progressed(const RaceResult& race) override {
    for (Observer* one : all_) one->race_progressed(race);
  }
  void load_finished(const LoadResult& load) override {
    for (Observer* one : all_) one->load_finished(load);
  }
  void race_finished(const RaceResult& race) override {
    for (Observer* one : all_) one->race_finished(race);
  }
  void run_finished(const RunResult& run) override {
    for (Observer* one : all_) one->run_finished(run);
  }

 private:
  std::vector<Observer*> all_;
};

}  // namespace peregrine::record
