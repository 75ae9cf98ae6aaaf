#include "report/jsonl.h"

#include <cerrno>

#include "base/json.h"
#include "report/json_values.h"
#include "report/version.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;

namespace {

// Which play a line is of.
Map play_of(const record::JourneyResult& journey) {
  return {{"name", journey.name},
          {"file", journey.file},
          {"line", journey.line},
          {"round", journey.round},
          {"seed", journey.seed}};
}

}  // namespace

void JsonLines::run_started(const record::RunResult& run) {
  begin_ = base::monotonic_now();
  List parties;
  for (const record::Party& party : run.parties) {
    parties.push_back(to_value(party));
  }
  tell("run_started", {{"peregrine", kVersion},
                       {"trial", run.trial},
                       {"system", run.system},
                       {"seed", run.seed},
                       {"rounds", run.rounds},
                       {"shuffled", run.shuffled},
                       {"started", run.started},
                       {"repeat", run.repeat},
                       {"parties", std::move(parties)}});
}

void JsonLines::system_ready(const record::RunResult& run) {
  tell("system_ready", {{"startup_s", base::to_seconds(run.startup)}});
}

void JsonLines::not_started(const record::RunResult&, const base::Error& why) {
  tell("not_started", {{"message", why.to_string()}});
}

void JsonLines::journey_started(const record::JourneyResult& journey) {
  tell("journey_started", play_of(journey));
}

void JsonLines::step_finished(const record::JourneyResult& journey,
                              const record::StepResult& step) {
  tell("step_finished", {{"journey", play_of(journey)}, {"step", to_value(step)}});
}

void JsonLines::journey_finished(const record::JourneyResult& journey) {
  List events;
  for (const record::Event& event : journey.kept.events) {
    events.push_back(to_value(event, journey.began));
  }
  tell("journey_finished", {{"journey", to_value(journey)},
                            {"earlier_events", journey.kept.earlier},
                            {"events", std::move(events)}});
}

void JsonLines::load_progressed(const record::LoadProgress& load) {
  const bool ends = load.length != base::Duration::max();
  tell("load_progressed", {{"load", load.name},
                           {"elapsed_s", base::to_seconds(load.elapsed)},
                           {"length_s", ends ? Value(base::to_seconds(load.length)) : Value()},
                           {"playing", load.playing},
                           {"slice", to_value(load.last)}});
}

void JsonLines::race_finished(const record::RaceResult& race) {
  tell("race_finished", {{"race", to_value(race)}});
}

// What a load's journeys do once its users have played is in its result too, so that this is whole
// when the run is.
void JsonLines::run_finished(const record::RunResult& run) {
  for (const record::LoadResult& load : run.loads)
    tell("load_finished", {{"load", to_value(load)}});
  tell("run_finished", {{"verdict", to_string(run.verdict)},
                        {"note", run.note.empty() ? Value() : Value(run.note)},
                        {"duration_s", base::to_seconds(run.duration)}});
}

void JsonLines::tell(std::string_view event, Map more) {
  if (!written_) return;
  std::vector<Map::Entry> entries = {{"event", event},
                                     {"at_s", base::to_seconds(base::monotonic_now() - begin_)}};
  for (const Map::Entry& entry : more) entries.push_back(entry);
  const std::string line = base::to_json(Map::of_distinct(std::move(entries))) + "\n";
  const bool whole = std::fwrite(line.data(), 1, line.size(), out_) == line.size();
  if (!whole || std::fflush(out_) != 0) written_ = base::fail_errno(errno, "write a line");
}

}  // namespace peregrine::report
