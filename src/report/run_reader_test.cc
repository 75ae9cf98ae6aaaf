#include "report/run_reader.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "report/html.h"
#include "report/json.h"
#include "report/jsonl.h"

namespace peregrine::report {
namespace {

using record::Event;
using record::Verdict;
using namespace std::chrono_literals;

record::JourneyResult failed_journey() {
  record::JourneyResult journey;
  journey.name = "Anna books";
  journey.file = "j/a.yaml";
  journey.line = 1;
  journey.covers = {"BK-1"};
  journey.tags = {"smoke"};
  journey.seed = 18'446'744'073'709'551'615U;
  journey.verdict = Verdict::failed;
  journey.reset = 4'321us;
  journey.duration = 12'345us;
  journey.steps_planned = 3;
  journey.steps = {{"It is sent", 3, Verdict::passed, 2ms, 2, 0, "", 1, 0, 1ms},
                   {"It is there", 9, Verdict::failed, 3ms, 1, 1, "", 2, 1, 4ms}};
  const Event statement{base::Instant{2ms},
                        Event::Kind::statement,
                        "postgres",
                        "select 1",
                        "$1 = 7",
                        "SELECT 1",
                        true,
                        {2, 4, "api"},
                        3us};
  journey.kept = {{statement}, 8};
  journey.traffic = {{Event::Kind::statement, "postgres", 9, 1}};
  journey.notes = {{record::Note::Kind::repeated_statement, "It is sent", 1, "postgres", "s", 6}};
  record::Failure failure{"It is there",
                          "j/a.yaml",
                          9,
                          "it is not as expected",
                          {{"rows[0].n", "1", "2", "1 more"}},
                          {"rows: []"},
                          {},
                          3,
                          2};
  failure.events = {statement};
  failure.events.front().at = {};
  journey.failures = {failure};
  return journey;
}

record::RunResult a_run() {
  record::RunResult run;
  run.trial = "run";
  run.system = "shop";
  run.seed = 7;
  run.repeat = "peregrine run shop --seed 7";
  run.parties = {{"api"}, {"postgres", record::Party::Kind::database}};
  run.started = base::WallTime{1'800'000'000s};
  run.startup = 250ms;
  run.verdict = Verdict::failed;
  run.journeys = {failed_journey()};
  return run;
}

// What `jsonl` says of the run, of its first `events` happenings.
std::string lines_of(const record::RunResult& run, int events = 100) {
  std::FILE* file = std::tmpfile();
  JsonLines lines(file);
  const record::JourneyResult& journey = run.journeys.front();
  lines.run_started(run);
  if (events > 1) lines.system_ready(run);
  if (events > 2) lines.journey_started(journey);
  if (events > 3) lines.step_finished(journey, journey.steps.front());
  if (events > 4) lines.journey_finished(journey);
  if (events > 5) lines.run_finished(run);
  std::rewind(file);
  std::string text(100'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

base::Result<record::RunResult> read(const std::string& text, RunReader reader = RunReader()) {
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) TRY_OK(reader.take(line));
  }
  return std::move(reader).finish();
}

TEST(RunReader, GivesTheReportsOfTheRunItself) {
  const record::RunResult run = a_run();
  const auto again = read(lines_of(run));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(to_json(*again), to_json(run));
  EXPECT_EQ(to_html(*again), to_html(run));
}

TEST(RunReader, OfARunThatWasKilledGivesWhatItHad) {
  const auto run = read(lines_of(a_run(), 4));
  ASSERT_TRUE(run) << run.error().to_string();
  EXPECT_EQ(run->verdict, Verdict::inconclusive);
  EXPECT_EQ(run->note, "the run was ended before it was done: this is what it had");
  ASSERT_EQ(run->journeys.size(), 1U);
  EXPECT_EQ(run->journeys[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(run->journeys[0].steps.size(), 1U);
  EXPECT_EQ(read(lines_of(a_run(), 5))->verdict, Verdict::failed);
}

TEST(RunReader, SaysWhatIsWrongWithALine) {
  const auto error = [](const std::string& text) {
    const auto run = read(text);
    return run ? "" : run.error().text;
  };
  EXPECT_EQ(error(R"({"event": "system_ready", "startup_s": 1})"),
            "it is no report `jsonl`: that begins with `run_started`, and has it once");
  EXPECT_EQ(error(R"({"event": "run_started", "trial": "run", "system": 7})"),
            "`system` is no text");
  const std::string begun = lines_of(a_run(), 1);
  EXPECT_EQ(error(begun + begun),
            "it is no report `jsonl`: that begins with `run_started`, and has it once");
  EXPECT_EQ(error(begun + R"({"event": "moon_rise", "at_s": 1})"),
            "the event `moon_rise` is not known here");
  EXPECT_EQ(error(begun + R"({"event": "system_ready", "at_s": -1})"),
            "`at_s` is no number of seconds");
  EXPECT_EQ(error(begun + R"({"event": "run_finished", "at_s": 1, "verdict": "odd"})"),
            "`verdict` is `odd`, which this version does not know");
  EXPECT_NE(error("[1, 2"), "");
}

TEST(RunReader, IsBoundedAlsoInPlaysThatOnlyEnd) {
  record::RunResult run = a_run();
  run.journeys.front().verdict = Verdict::skipped;
  const std::string begun = lines_of(run, 1);
  const std::string both = lines_of(run, 5);
  const std::string ended = both.substr(both.find("{\"event\":\"journey_finished\""));
  EXPECT_TRUE(read(begun + ended, RunReader(1)));
  const auto refused = read(begun + ended + ended, RunReader(1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "more than 1 plays");
  const auto played = read(both + ended, RunReader(1));
  ASSERT_FALSE(played);
}

}  // namespace
}  // namespace peregrine::report
