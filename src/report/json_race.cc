// What a race has shown as JSON. Its form is in docs/race.md.
#include "report/json_values.h"
#include "report/replay_json.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;

namespace {

using peregrine::report::to_value;  // those that others call too

Value text_or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

Value to_value(const record::RaceAct& act) {
  List logs;
  for (const record::RaceLog& log : act.logs) {
    logs.emplace_back(Map{{"source", log.source}, {"text", log.text}});
  }
  return Map{{"kind", to_string(act.kind)},
             {"contender", act.contender},
             {"boundary", text_or_null(act.boundary)},
             {"text", text_or_null(act.text)},
             {"outcome", text_or_null(act.outcome)},
             {"failed", act.failed},
             {"preempts", act.preempts},
             {"logs", std::move(logs)},
             {"more_logs", act.more_logs}};
}

Value to_value(const std::optional<record::NoReturn>& no_return) {
  if (!no_return) return {};
  return Map{{"act", no_return->act ? Value(*no_return->act) : Value()},
             {"orders", no_return->orders},
             {"preemptions", no_return->preemptions}};
}

Value to_value(const record::RaceFinding& finding) {
  List order, acts;
  for (const size_t contender : finding.order) order.emplace_back(contender);
  for (const record::RaceAct& act : finding.acts) acts.push_back(to_value(act));
  return Map{{"kind", finding.kind},
             {"what", finding.what},
             {"order", std::move(order)},
             {"preemptions", finding.preemptions},
             {"schedule", finding.schedule},
             {"replayed", finding.replayed},
             {"confirmed", finding.confirmed},
             {"acts", std::move(acts)},
             {"no_return", to_value(finding.no_return)},
             {"no_return_note", text_or_null(finding.no_return_note)},
             {"further", finding.further},
             {"replay", to_value(finding.replay)}};
}

}  // namespace

Value to_value(const record::RaceResult& race) {
  List findings;
  for (const record::RaceFinding& finding : race.findings) findings.push_back(to_value(finding));
  return Map{{"journey", race.name},
             {"file", race.file},
             {"line", race.line},
             {"contenders", List(race.contenders.begin(), race.contenders.end())},
             {"fired", race.fired},
             {"fired_fell", race.fired_fell},
             {"schedules", race.schedules},
             {"sampled", race.sampled},
             {"serial_orders", race.serial_orders},
             {"operations", race.operations},
             {"bound", race.bound},
             {"exhausted", race.exhausted},
             {"stopped", text_or_null(race.stopped)},
             {"without_conflict", race.without_conflict},
             {"symmetric", race.symmetric},
             {"not_compared", List(race.not_compared.begin(), race.not_compared.end())},
             {"serial_note", text_or_null(race.serial_note)},
             {"median_s", base::to_seconds(race.median)},
             {"findings", std::move(findings)}};
}

}  // namespace peregrine::report
