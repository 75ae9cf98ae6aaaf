#include "report/json.h"

#include "base/json.h"
#include "base/value.h"
#include "report/version.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;

namespace {

List texts(const std::vector<std::string>& list) { return List(list.begin(), list.end()); }

Value to_value(const record::Failure& failure) {
  List mismatches;
  for (const record::Mismatch& m : failure.mismatches) {
    mismatches.push_back(
        Map{{"path", m.path}, {"expected", m.expected}, {"actual", m.actual}, {"note", m.note}});
  }
  const bool one = !failure.mismatches.empty();
  return Map{{"step", failure.step},
             {"file", failure.file},
             {"line", failure.line},
             {"message", failure.message},
             {"expected", one ? Value(failure.mismatches.front().expected) : Value()},
             {"actual", one ? Value(failure.mismatches.front().actual) : Value()},
             {"mismatches", std::move(mismatches)},
             {"seen", texts(failure.seen)}};
}

Value to_value(const record::JourneyResult& journey) {
  List failures;
  for (const record::Failure& failure : journey.failures) failures.push_back(to_value(failure));
  List steps;
  for (const record::StepResult& step : journey.steps) {
    steps.push_back(Map{{"step", step.sentence},
                        {"line", step.line},
                        {"verdict", to_string(step.verdict)},
                        {"skip", step.skip.empty() ? Value() : Value(step.skip)},
                        {"duration_s", base::to_seconds(step.duration)}});
  }
  return Map{
      {"name", journey.name},
      {"file", journey.file},
      {"line", journey.line},
      {"covers", texts(journey.covers)},
      {"tags", texts(journey.tags)},
      {"verdict", to_string(journey.verdict)},
      {"skip", journey.skip.empty() ? Value() : Value(journey.skip)},
      {"round", journey.round},
      {"seed", journey.seed},
      {"duration_s", base::to_seconds(journey.duration)},
      {"checks", Map{{"passed", journey.checks_passed()}, {"failed", journey.checks_failed()}}},
      {"steps", std::move(steps)},
      {"failures", std::move(failures)}};
}

}  // namespace

std::string to_json(const record::RunResult& result) {
  List journeys;
  for (const record::JourneyResult& journey : result.journeys) {
    journeys.push_back(to_value(journey));
  }
  const Map whole{{"peregrine", kVersion},
                  {"trial", result.trial},
                  {"system", result.system},
                  {"seed", result.seed},
                  {"rounds", result.rounds},
                  {"shuffled", result.shuffled},
                  {"verdict", to_string(result.verdict)},
                  {"started", result.started},
                  {"startup_s", base::to_seconds(result.startup)},
                  {"duration_s", base::to_seconds(result.duration)},
                  {"journeys", std::move(journeys)}};
  return base::to_json_pretty(whole) + "\n";
}

}  // namespace peregrine::report
