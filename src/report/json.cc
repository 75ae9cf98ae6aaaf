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

// Instants of events count from the first of them.
Value to_value(const record::Event& event, base::Instant begin) {
  const auto known = [](auto value) { return value == 0 ? Value() : Value(value); };
  const auto text = [](const std::string& t) { return t.empty() ? Value() : Value(t); };
  return Map{{"at_s", base::to_seconds(event.at - begin)},
             {"kind", to_string(event.kind)},
             {"source", text(event.source)},
             {"text", event.text},
             {"detail", text(event.detail)},
             {"outcome", text(event.outcome)},
             {"failed", event.failed},
             {"step", known(event.cause.step)},
             {"connection", known(event.cause.connection)},
             {"service", text(event.cause.service)}};
}

Value to_value(const record::Count& count) {
  return Map{{"kind", to_string(count.kind)},
             {"source", count.source},
             {"events", count.events},
             {"failed", count.failed}};
}

Value to_value(const record::Failure& failure) {
  List mismatches;
  for (const record::Mismatch& m : failure.mismatches) {
    mismatches.push_back(
        Map{{"path", m.path}, {"expected", m.expected}, {"actual", m.actual}, {"note", m.note}});
  }
  List events;
  for (const record::Event& event : failure.events) {
    events.push_back(to_value(event, failure.events.front().at));
  }
  const bool one = !failure.mismatches.empty();
  return Map{{"step", failure.step},
             {"file", failure.file},
             {"line", failure.line},
             {"message", failure.message},
             {"expected", one ? Value(failure.mismatches.front().expected) : Value()},
             {"actual", one ? Value(failure.mismatches.front().actual) : Value()},
             {"mismatches", std::move(mismatches)},
             {"seen", texts(failure.seen)},
             {"earlier_events", failure.earlier_events},
             {"events", std::move(events)}};
}

Value to_value(const record::JourneyResult& journey) {
  List traffic;
  for (const record::Count& count : journey.traffic) traffic.push_back(to_value(count));
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
      {"traffic", std::move(traffic)},
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
