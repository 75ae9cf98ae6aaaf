#include "report/race_reader.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "report/html.h"
#include "report/json.h"
#include "report/jsonl.h"
#include "report/junit.h"
#include "report/replay_json.h"
#include "report/run_reader.h"

namespace peregrine::report {
namespace {

using record::RaceResult;
using record::RunResult;
using Kind = record::RaceAct::Kind;
using namespace std::chrono_literals;

// No two figures are the same, so that none can stand for another.
RaceResult some_race() {
  RaceResult race;
  race.name = "Two guests book";
  race.file = "j/two.yaml";
  race.line = 4;
  race.contenders = {"1", "2"};
  race.fired = 5;
  race.fired_fell = 3;
  race.schedules = 11;
  race.serial_orders = 6;
  race.operations = 7;
  race.bound = 2;
  race.stopped = "it has found something";
  race.without_conflict = 8;
  race.symmetric = 9;
  race.not_compared = {"postgres.log"};
  race.serial_note = "too many";
  race.median = 4'300'001ns;
  record::RaceFinding finding{.kind = "invariant", .what = "One has it: <two>"};
  finding.order = {0, 1, 1, 0};
  finding.acts = {{Kind::begins, 0},
                  {Kind::asks, 0, "postgres", "insert into a values ($1)", "INSERT 0 1"},
                  {Kind::commits, 1, "redis", "SET a 1", "OK", true, true, {{"api", "a is 1"}}, 14},
                  {Kind::blocks, 1},
                  {Kind::goes_on, 1},
                  {Kind::ends, 1}};
  finding.preemptions = 1;
  finding.schedule = 10;
  finding.replayed = 13;
  finding.confirmed = 12;
  finding.no_return = {.act = 2, .orders = 20, .preemptions = 21};
  finding.further = 22;
  finding.replay = {.id = "1a2b3c4d",
                    .trial = "race",
                    .file = "journeys/two.yaml",
                    .journey = "Two guests book",
                    .environment = "small",
                    .seed = 17,
                    .round = 18,
                    .order = {0, 1, 1, 0},
                    .times = 19,
                    .command = "peregrine replay 1a2b3c4d shop"};
  race.findings = {finding};
  return race;
}

RunResult some_run() {
  RunResult run;
  run.trial = "race";
  run.system = "shop";
  run.started = base::WallTime{1'800'000'000s};
  run.verdict = record::Verdict::failed;
  record::JourneyResult journey;
  journey.name = "Two guests book";
  journey.file = "j/two.yaml";
  journey.verdict = record::Verdict::failed;
  journey.failures = {{"One has it", "j/two.yaml", 9, "it is not as expected", {}, {}, {}}};
  run.journeys = {journey};
  run.races = {some_race()};
  return run;
}

std::string lines_of(const RunResult& run, bool ends = true) {
  std::FILE* file = std::tmpfile();
  JsonLines lines(file);
  lines.run_started(run);
  for (const RaceResult& race : run.races) lines.race_finished(race);
  for (const record::JourneyResult& journey : run.journeys) lines.journey_finished(journey);
  if (ends) lines.run_finished(run);
  std::rewind(file);
  std::string text(100'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

base::Result<RunResult> read(std::string_view text) {
  RunReader reader;
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.empty()) TRY_OK(reader.take(line));
  }
  return std::move(reader).finish();
}

// What is said of a line in which one text stands in another's place.
std::string error_with(std::string_view one, std::string_view other) {
  std::string text = lines_of(some_run());
  const size_t at = text.find(one);
  EXPECT_NE(at, text.npos) << one << " in " << text;
  if (at != text.npos) text.replace(at, one.size(), other);
  const auto run = read(text);
  return run ? "" : run.error().text;
}

TEST(RaceReader, GivesTheReportsOfTheRunItself) {
  const RunResult run = some_run();
  const auto again = read(lines_of(run));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(to_json(*again), to_json(run));
  EXPECT_EQ(to_html(*again), to_html(run));
  EXPECT_EQ(to_junit(*again), to_junit(run));
}

TEST(RaceReader, HasRacesOfARunThatWasKilled) {
  const auto run = read(lines_of(some_run(), false));
  ASSERT_TRUE(run) << run.error().to_string();
  EXPECT_EQ(run->verdict, record::Verdict::failed);
  EXPECT_EQ(run->races.size(), 1U);
}

TEST(RaceReader, SaysWhatIsWrong) {
  EXPECT_EQ(error_with(R"("kind":"goes_on")", R"("kind":"flies")"),
            "`kind` is `flies`, which this version does not know");
  EXPECT_EQ(error_with(R"("order":[0,1,1,0])", R"("order":[0,-1])"),
            "`order` has an element that is no number of a contender");
  EXPECT_EQ(error_with(R"("contenders":["1","2"])", R"("contenders":["1"])"),
            "an act is of one beyond the 1 contenders");
  EXPECT_EQ(error_with(R"("exhausted":false)", R"("exhausted":1)"),
            "`exhausted` is no true or false");
  EXPECT_EQ(error_with(R"("no_return":{"act":2)", R"("no_return":{"act":6)"),
            "`no_return` is behind none of the 6 acts");
  EXPECT_EQ(error_with(R"("orders":20)", R"("orders":"a")"),
            "`orders` is no whole number from 0 on");
}

// What a report has of a replay is played: it leads to no file outside.
TEST(RaceReader, RefusesAReplayOfWhatLiesOutside) {
  for (const char* file : {"../two.yaml", "/etc/two.yaml", "j/../../two.yaml"}) {
    EXPECT_NE(error_with(R"("file":"journeys/two.yaml")", fmt::format(R"("file":"{}")", file)), "");
  }
  EXPECT_EQ(error_with(R"("id":"1a2b3c4d")", R"("id":"../a")"), "`id` is `../a`");
}

TEST(RaceReader, ReadsWhatHasNoReplay) {
  RunResult run = some_run();
  run.races[0].findings[0].replay = {};
  const auto again = read(lines_of(run));
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_EQ(to_json(*again), to_json(run));
}

TEST(Replays, AreFoundInReports) {
  const record::Replay expected = some_race().findings[0].replay;
  const auto json = base::parse_json(to_json(some_run()));
  const auto all = replays_in(*json);
  ASSERT_TRUE(all && all->size() == 1);
  EXPECT_EQ(base::to_json(to_value(all->front())), base::to_json(to_value(expected)));
  EXPECT_TRUE(replays_in(*base::parse_json(R"([{"replay":null},{"a":1}])"))->empty());
  EXPECT_FALSE(replays_in(*base::parse_json(R"([{"replay":{"id":"1a2b3c4d"}}])")));
}

TEST(RaceReader, IsBounded) {
  RunResult run = some_run();
  run.races[0].contenders.assign(kMostContenders + 1, "1");
  std::string contenders =
      base::to_json(base::List(run.races[0].contenders.begin(), run.races[0].contenders.end()));
  EXPECT_EQ(error_with(R"(["1","2"])", contenders), "`contenders` has more than 10000 elements");
  EXPECT_TRUE(read(lines_of(some_run())));
}

TEST(RaceReader, ReadsARunThatKnewNoLogs) {
  std::string lines = lines_of(some_run());
  const std::string logs = R"(,"logs":[],"more_logs":0)";
  for (size_t at = lines.find(logs); at != lines.npos; at = lines.find(logs)) {
    lines.erase(at, logs.size());
  }
  const auto run = read(lines);
  ASSERT_TRUE(run);
  EXPECT_EQ(run->races.at(0).findings.at(0).acts.at(1).logs.size(), 0U);
}

TEST(RaceReader, ReadsAPointOfNoReturnOfEachKind) {
  RunResult run = some_run();
  record::RaceFinding& finding = run.races[0].findings[0];
  for (const auto& point : {std::optional<record::NoReturn>({.orders = 6, .preemptions = 2}),
                            std::optional<record::NoReturn>()}) {
    finding.no_return = point;
    finding.no_return_note = point ? "" : "100 orders were not enough";
    const auto again = read(lines_of(run));
    ASSERT_TRUE(again) << again.error().to_string();
    EXPECT_EQ(to_json(*again), to_json(run));
    EXPECT_EQ(to_html(*again), to_html(run));
  }
}

TEST(RaceReader, ReadsARunThatKnewNoPointOfNoReturn) {
  std::string lines = lines_of(some_run());
  const std::string point =
      R"("no_return":{"act":2,"orders":20,"preemptions":21},"no_return_note":null,"further":22,)";
  const size_t at = lines.find(point);
  ASSERT_NE(at, lines.npos) << lines;
  lines.erase(at, point.size());
  const auto run = read(lines);
  ASSERT_TRUE(run) << run.error().to_string();
  const record::RaceFinding& finding = run->races.at(0).findings.at(0);
  EXPECT_FALSE(finding.no_return);
  EXPECT_EQ(finding.further, 0U);
}

TEST(JsonOfARace, HasAllOfIt) {
  const auto json = base::parse_json(to_json(some_run()));
  ASSERT_TRUE(json);
  const base::Value& race = json->find("races")->as_list().at(0);
  EXPECT_EQ(*race.find("median_s"), base::Value(0.004300001));
  const base::Value& finding = race.find("findings")->as_list().at(0);
  EXPECT_EQ(finding.find("order")->as_list().size(), 4U);
  EXPECT_EQ(base::to_json(*finding.find("no_return")), R"({"act":2,"orders":20,"preemptions":21})");
  EXPECT_EQ(*finding.find("further"), base::Value(22));
  const base::Value& act = finding.find("acts")->as_list().at(2);
  EXPECT_EQ(
      base::to_json(act),
      R"({"kind":"commits","contender":1,"boundary":"redis","text":"SET a 1",)"
      R"("outcome":"OK","failed":true,"preempts":true,"logs":[{"source":"api","text":"a is 1"}],)"
      R"("more_logs":14})");
  RunResult none = some_run();
  none.races.clear();
  EXPECT_EQ(to_json(none).find("\"races\""), std::string::npos);
}

TEST(JunitOfARace, HasTheOrderBehindWhatFell) {
  const std::string xml = to_junit(some_run());
  EXPECT_NE(xml.find("<failure message=\"One has it: it is not as expected\">"), xml.npos) << xml;
  EXPECT_NE(xml.find("an invariant fell: order 10, 1 preemption, shown again by 12 of 13 replays"),
            xml.npos)
      << xml;
  EXPECT_NE(xml.find("--order 0,1,1,0"), xml.npos) << xml;
  EXPECT_NE(xml.find("again: peregrine replay 1a2b3c4d shop"), xml.npos) << xml;
  EXPECT_NE(xml.find("tests=\"1\" failures=\"1\""), xml.npos) << xml;
}

}  // namespace
}  // namespace peregrine::report
