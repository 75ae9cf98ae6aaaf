#include "report/json_values.h"

#include <string>

#include "report/replay_json.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;

namespace {

List texts(const std::vector<std::string>& list) { return List(list.begin(), list.end()); }
Value known(auto number) { return number == 0 ? Value() : Value(number); }
Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

}  // namespace

Value to_value(const record::Event& event, base::Instant begin) {
  return Map{{"at_s", base::to_seconds(event.at - begin)},
             {"kind", to_string(event.kind)},
             {"source", text_or_null(event.source)},
             {"text", event.text},
             {"detail", text_or_null(event.detail)},
             {"outcome", text_or_null(event.outcome)},
             {"failed", event.failed},
             {"took_s", known(base::to_seconds(event.took))},
             {"step", known(event.cause.step)},
             {"connection", known(event.cause.connection)},
             {"service", text_or_null(event.cause.service)}};
}

Value to_value(const record::Count& count) {
  return Map{{"kind", to_string(count.kind)},
             {"source", count.source},
             {"events", count.events},
             {"failed", count.failed}};
}

Value to_value(const record::Party& party) {
  return Map{{"name", party.name}, {"kind", to_string(party.kind)}};
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
             {"number", known(failure.number)},
             {"message", failure.message},
             {"expected", one ? Value(failure.mismatches.front().expected) : Value()},
             {"actual", one ? Value(failure.mismatches.front().actual) : Value()},
             {"mismatches", std::move(mismatches)},
             {"seen", texts(failure.seen)},
             {"earlier_events", failure.earlier_events},
             {"events", std::move(events)}};
}

Value to_value(const record::StepResult& step) {
  return Map{{"step", step.sentence},
             {"line", step.line},
             {"verdict", to_string(step.verdict)},
             {"skip", text_or_null(step.skip)},
             {"number", known(step.number)},
             {"block", known(step.block)},
             {"at_s", base::to_seconds(step.begin)},
             {"duration_s", base::to_seconds(step.duration)},
             {"checks", Map{{"passed", step.checks_passed}, {"failed", step.checks_failed}}}};
}

Value to_value(const record::Note& note) {
  return Map{{"kind", to_string(note.kind)}, {"step", note.step}, {"number", known(note.number)},
             {"source", note.source},        {"text", note.text}, {"times", note.times},
             {"message", describe(note)}};
}

Value to_value(const record::JourneyResult& journey) {
  List traffic;
  for (const record::Count& count : journey.traffic) traffic.push_back(to_value(count));
  List failures;
  for (const record::Failure& failure : journey.failures) failures.push_back(to_value(failure));
  List notes;
  for (const record::Note& note : journey.notes) notes.push_back(to_value(note));
  List steps;
  for (const record::StepResult& step : journey.steps) steps.push_back(to_value(step));
  return Map{
      {"name", journey.name},
      {"file", journey.file},
      {"line", journey.line},
      {"covers", texts(journey.covers)},
      {"tags", texts(journey.tags)},
      {"verdict", to_string(journey.verdict)},
      {"skip", text_or_null(journey.skip)},
      {"round", journey.round},
      {"seed", journey.seed},
      {"reset_s", base::to_seconds(journey.reset)},
      {"duration_s", base::to_seconds(journey.duration)},
      {"checks", Map{{"passed", journey.checks_passed()}, {"failed", journey.checks_failed()}}},
      {"steps_planned", journey.steps_planned},
      {"steps", std::move(steps)},
      {"traffic", std::move(traffic)},
      {"notes", std::move(notes)},
      {"failures", std::move(failures)},
      {"replay", to_value(journey.replay)}};
}

}  // namespace peregrine::report
