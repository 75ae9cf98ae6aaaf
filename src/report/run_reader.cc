#include "report/run_reader.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/rfc3339.h"
#include "report/load_reader.h"
#include "report/race_reader.h"
#include "report/replay_json.h"
#include "report/value_reader.h"

namespace peregrine::report {

using base::Value;
using record::Event;
using record::JourneyResult;
using record::Verdict;

namespace {

// The one of `all` that is called so.
template <class Name, size_t count>
Name named(ValueReader& from, std::string_view key, const Name (&all)[count]) {
  const std::string word = from.text(key);
  for (const Name one : all) {
    if (to_string(one) == word) return one;
  }
  from.fail(fmt::format("`{}` is `{}`, which this version does not know", key, word));
  return all[0];
}

Verdict read_verdict(ValueReader& from) {
  static constexpr Verdict kAll[] = {Verdict::passed, Verdict::failed, Verdict::inconclusive,
                                     Verdict::skipped};
  return named(from, "verdict", kAll);
}

Event::Kind read_kind(ValueReader& from) {
  const std::string word = from.text("kind");
  const std::optional<Event::Kind> kind = record::kind_of_event(word);
  if (!kind) {
    from.fail(fmt::format("`kind` is `{}`, which this version does not know", word));
  }
  return kind.value_or(Event::Kind::log);
}

Event read_event(ValueReader& from) {
  Event event{base::Instant{from.seconds("at_s")},
              read_kind(from),
              from.text_or_empty("source"),
              from.text("text"),
              from.text_or_empty("detail"),
              from.text_or_empty("outcome"),
              from.truth("failed")};
  event.cause = {from.number_or_0("step"), from.number_or_0("connection"),
                 from.text_or_empty("service")};
  event.took = from.seconds_or_0("took_s");
  return event;
}

record::Count read_count(ValueReader& from) {
  return {read_kind(from), from.text("source"), from.number("events"), from.number("failed")};
}

record::StepResult read_step(ValueReader& from) {
  record::StepResult step;
  step.sentence = from.text("step");
  step.line = static_cast<int>(from.number("line"));
  step.verdict = read_verdict(from);
  step.skip = from.text_or_empty("skip");
  step.number = from.number_or_0("number");
  step.block = from.number_or_0("block");
  step.begin = from.seconds("at_s");
  step.duration = from.seconds("duration_s");
  ValueReader checks(from.object("checks"));
  step.checks_passed = checks.number("passed");
  step.checks_failed = checks.number("failed");
  from.take_error_of(checks);
  return step;
}

record::Note read_note(ValueReader& from) {
  static constexpr record::Note::Kind kAll[] = {
      record::Note::Kind::repeated_statement, record::Note::Kind::late,
      record::Note::Kind::made_anew, record::Note::Kind::unexpected_call,
      record::Note::Kind::no_longer_reproduces};
  return {named(from, "kind", kAll), from.text("step"), from.number_or_0("number"),
          from.text("source"),       from.text("text"), from.number("times")};
}

record::Mismatch read_mismatch(ValueReader& from) {
  return {from.text("path"), from.text("expected"), from.text("actual"), from.text("note")};
}

template <class Read>
auto read_list(ValueReader& from, std::string_view key, const Read& read) {
  std::vector<decltype(read(from))> list;
  for (const Value& value : from.list(key)) {
    ValueReader one(value);
    list.push_back(read(one));
    from.take_error_of(one);
  }
  return list;
}

record::Failure read_failure(ValueReader& from) {
  record::Failure failure;
  failure.step = from.text("step");
  failure.file = from.text("file");
  failure.line = static_cast<int>(from.number("line"));
  failure.number = from.number_or_0("number");
  failure.message = from.text("message");
  failure.mismatches = read_list(from, "mismatches", read_mismatch);
  failure.seen = from.texts("seen");
  failure.earlier_events = from.number("earlier_events");
  failure.events = read_list(from, "events", read_event);
  return failure;
}

// Which play it is: what the line of its beginning says too.
JourneyResult read_play(ValueReader& from) {
  JourneyResult journey;
  journey.name = from.text("name");
  journey.file = from.text("file");
  journey.line = static_cast<int>(from.number("line"));
  journey.round = from.number("round");
  journey.seed = from.number("seed");
  return journey;
}

JourneyResult read_journey(ValueReader& from) {
  JourneyResult journey = read_play(from);
  journey.covers = from.texts("covers");
  journey.tags = from.texts("tags");
  journey.verdict = read_verdict(from);
  journey.skip = from.text_or_empty("skip");
  journey.reset = from.seconds("reset_s");
  journey.duration = from.seconds("duration_s");
  journey.steps_planned = from.number("steps_planned");
  journey.steps = read_list(from, "steps", read_step);
  journey.traffic = read_list(from, "traffic", read_count);
  journey.notes = read_list(from, "notes", read_note);
  journey.failures = read_list(from, "failures", read_failure);
  journey.replay = read_replay_of(from);
  return journey;
}

record::Party read_party(ValueReader& from) {
  static constexpr record::Party::Kind kAll[] = {
      record::Party::Kind::service, record::Party::Kind::database, record::Party::Kind::provider};
  return {from.text("name"), named(from, "kind", kAll)};
}

record::RunResult read_run(ValueReader& from) {
  record::RunResult run;
  run.trial = from.text("trial");
  run.system = from.text("system");
  run.seed = from.number("seed");
  run.rounds = from.number("rounds");
  run.shuffled = from.truth("shuffled");
  run.repeat = from.text("repeat");
  run.parties = read_list(from, "parties", read_party);
  const auto started = base::parse_rfc3339(from.text("started"));
  if (!started) from.fail("`started` is no instant");
  run.started = started.value_or(base::WallTime{});
  return run;
}

}  // namespace

base::Result<> RunReader::take(std::string_view text) {
  TRY(const Value line, base::parse_json(text));
  ValueReader from(line);
  const std::string event = from.text("event");
  if (begun_ == (event == "run_started")) {
    return base::fail(base::Code::invalid,
                      "it is no report `jsonl`: that begins with `run_started`, and has it once");
  }
  if (event == "run_started") {
    run_ = read_run(from);
    begun_ = true;
    return from.good();
  }
  run_.duration = std::max(run_.duration, from.seconds("at_s"));
  if (event == "system_ready") {
    run_.startup = from.seconds("startup_s");
  } else if (event == "not_started") {
    run_.note = from.text("message");
    run_.verdict = Verdict::inconclusive;
    ended_ = true;
  } else if (event == "run_finished") {
    run_.verdict = read_verdict(from);
    run_.note = from.text_or_empty("note");
    run_.duration = from.seconds("duration_s");
    ended_ = true;
  } else if (event == "load_progressed") {
    TRY_OK(take_progress(line));
  } else if (event == "load_finished") {
    ValueReader part(from.object("load"));
    record::LoadResult load = read_load(part);
    from.take_error_of(part);
    TRY_OK(from.good());
    TRY_OK(add(std::move(load)));
  } else if (event == "race_finished") {
    TRY_OK(take_race(line));
  } else {
    TRY_OK(take_journey(event, line));
  }
  return from.good();
}

base::Result<> RunReader::add(JourneyResult journey) {
  if (run_.journeys.size() >= most_journeys_) {
    return base::fail(base::Code::limit, "more than {} plays", most_journeys_);
  }
  run_.journeys.push_back(std::move(journey));
  return {};
}

base::Result<> RunReader::add(record::LoadResult load) {
  load_steps_ += load.steps.size();
  if (run_.loads.size() >= kMostLoads || load_steps_ > kMostLoadSteps) {
    return base::fail(base::Code::limit, "more than {} loads, or {} steps of loads", kMostLoads,
                      kMostLoadSteps);
  }
  std::erase_if(unfinished_, [&](const auto& one) { return one.name == load.name; });
  run_.loads.push_back(std::move(load));
  return {};
}

base::Result<> RunReader::take_race(const Value& line) {
  ValueReader from(line);
  ValueReader part(from.object("race"));
  record::RaceResult race = read_race(part);
  from.take_error_of(part);
  TRY_OK(from.good());
  if (run_.races.size() >= kMostRaces) {
    return base::fail(base::Code::limit, "more than {} races", kMostRaces);
  }
  run_.races.push_back(std::move(race));
  return {};
}

base::Result<> RunReader::take_progress(const Value& line) {
  ValueReader from(line);
  const std::string name = from.text("load");
  ValueReader part(from.object("slice"));
  record::LoadSlice slice = read_load_slice(part);
  from.take_error_of(part);
  TRY_OK(from.good());
  auto load = std::ranges::find(unfinished_, name, &record::LoadResult::name);
  if (load == unfinished_.end()) {
    if (unfinished_.size() >= kMostLoads) {
      return base::fail(base::Code::limit, "more than {} loads", kMostLoads);
    }
    load = unfinished_.insert(load, record::LoadResult());
    load->name = name;
  }
  return add_slice(*load, std::move(slice));
}

// A journey that was skipped has an end alone.
base::Result<> RunReader::take_journey(std::string_view event, const Value& line) {
  ValueReader from(line);
  if (event == "journey_started") {
    JourneyResult journey = read_play(from);
    journey.verdict = Verdict::inconclusive;
    TRY_OK(add(std::move(journey)));
    playing_ = true;
  } else if (event == "step_finished" && playing_) {
    ValueReader step(from.object("step"));
    run_.journeys.back().steps.push_back(read_step(step));
    from.take_error_of(step);
  } else if (event == "journey_finished") {
    ValueReader part(from.object("journey"));
    JourneyResult journey = read_journey(part);
    from.take_error_of(part);
    journey.kept = {read_list(from, "events", read_event), from.number("earlier_events")};
    if (playing_) run_.journeys.pop_back();
    TRY_OK(add(std::move(journey)));
    playing_ = false;
  } else {
    from.fail(fmt::format("the event `{}` is not known here", event));
  }
  return from.good();
}

record::RunResult RunReader::finish() && {
  if (!ended_) {
    const auto failed = [](const JourneyResult& j) { return j.verdict == Verdict::failed; };
    run_.verdict =
        std::ranges::any_of(run_.journeys, failed) ? Verdict::failed : Verdict::inconclusive;
    run_.note = "the run was ended before it was done: this is what it had";
    for (record::LoadResult& load : unfinished_) run_.loads.push_back(known_of(std::move(load)));
  }
  return std::move(run_);
}

}  // namespace peregrine::report
