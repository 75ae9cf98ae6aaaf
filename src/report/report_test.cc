#include <gtest/gtest.h>

#include <cstdio>

#include "base/json.h"
#include "base/text.h"
#include "report/failure_text.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/terminal.h"

namespace peregrine::report {
namespace {

using record::Event;
using record::Verdict;
using namespace std::chrono_literals;

constexpr std::string_view kHostile = "</failure>\x1b[2J\x01 & \"quoted\" \xff";

record::RunResult failed_run() {
  record::Failure failure{"It is stored", "j/a.yaml", 12, "it is not as expected", {}, {}, {}, 3};
  failure.mismatches = {{"rows[0].n", "1", "2"}};
  failure.seen = {"rows: [{\"n\":2}]"};
  const base::Instant at{};
  failure.events = {{at, Event::Kind::step, "", "It is sent", "", "", false},
                    {at, Event::Kind::request, "api", "POST /a", "{\"a\":1}", "", false},
                    {at + 250ms, Event::Kind::statement, "postgres", "insert\n  into t", "$1 = 7",
                     "INSERT 0 1", false},
                    {at, Event::Kind::answer, "api", "POST /a", "", "204 in 1 ms", false}};
  failure.events[2].cause = {2, 7, "api"};
  record::JourneyResult journey;
  journey.name = kHostile;
  journey.file = "j/a.yaml";
  journey.line = 1;
  journey.verdict = Verdict::failed;
  journey.steps = {{"It is sent", 3, Verdict::passed, {}, 1, 0},
                   {"It is stored", 12, Verdict::failed, {}, 0, 1}};
  journey.failures = {failure};
  journey.traffic = {{Event::Kind::statement, "postgres", 50'000, 2}};
  record::RunResult result;
  result.trial = "run";
  result.system = "booking";
  result.verdict = Verdict::failed;
  result.journeys = {journey};
  return result;
}

TEST(FailureText, TellsPlaceDifferenceAndEvents) {
  const auto result = failed_run();
  EXPECT_EQ(failure_text(result.journeys[0].failures[0], Paint(false), 60),
            "    x It is stored\n"
            "      j/a.yaml:12\n"
            "      it is not as expected\n"
            "        rows[0].n\n"
            "          - expected 1\n"
            "          + actual   2\n"
            "      What it saw:\n"
            "        rows: [{\"n\":2}]\n"
            "      What happened, after 3 earlier events:\n"
            "               step  It is sent\n"
            "             0.0 ms  → api  POST /a\n"
            "                       {\"a\":1}\n"
            "           250.0 ms  · postgres  insert into t\n"
            "                       INSERT 0 1, $1 = 7\n"
            "             0.0 ms  ← api  204 in 1 ms\n");
}

record::Failure failure_with_note() {
  record::Failure failure;
  failure.mismatches = {{"json.letter", std::string(300, 'w'), std::string(300, 'a'),
                         "  Dear\n- two\n+ \x1b[2J" + std::string(300, 'n') + "\n  ^ <here>"}};
  return failure;
}

TEST(FailureText, TellsHowTheSidesDiffer) {
  const std::string text = failure_text(failure_with_note(), Paint(false), 70);
  EXPECT_NE(text.find("\n              Dear\n            - two\n            + \\x1b[2Jn"),
            std::string::npos)
      << text;
  for (std::string_view line : base::split(text, '\n')) {
    EXPECT_LE(base::count_characters(line), 70U) << line;
  }
  const std::string painted = failure_text(failure_with_note(), Paint(true), 60);
  EXPECT_NE(painted.find("\x1b[32m- two\x1b[0m\n"), std::string::npos) << painted;
}

TEST(FailureText, CutsLinesOfEventsAtTheWidth) {
  record::Failure failure;
  failure.events = {{{}, Event::Kind::log, "api", std::string(500, 'x'), "", "", false}};
  const std::string text = failure_text(failure, Paint(false), 80);
  EXPECT_NE(text.find("x…\n"), std::string::npos);
  EXPECT_EQ(text.find(std::string(80, 'x')), std::string::npos);
}

TEST(FailureText, KeepsControlCharactersFromTheTerminal) {
  record::Failure failure;
  failure.message = kHostile;
  failure.mismatches = {{"json", std::string(kHostile), std::string(kHostile)}};
  failure.seen = {std::string(kHostile)};
  failure.events = {{{},
                     Event::Kind::log,
                     "api",
                     std::string(kHostile),
                     std::string(kHostile),
                     std::string(kHostile),
                     false}};
  EXPECT_EQ(failure_text(failure, Paint(false), 80).find('\x1b'), std::string::npos);
}

TEST(Json, IsOneObjectWithTheVerdictAndTheFailure) {
  const auto json = base::parse_json(to_json(failed_run()));
  ASSERT_TRUE(json) << json.error().to_string();
  EXPECT_EQ(*json->find("verdict"), base::Value("failed"));
  const base::Value& journey = json->find("journeys")->as_list().at(0);
  EXPECT_EQ(*journey.find("checks"), base::Value(base::Map{{"passed", 1}, {"failed", 1}}));
  const base::Value& failure = journey.find("failures")->as_list().at(0);
  EXPECT_EQ(*failure.find("expected"), base::Value("1"));
  EXPECT_EQ(*failure.find("line"), base::Value(12));
  EXPECT_EQ(*failure.find("earlier_events"), base::Value(3));
  const base::Value& event = failure.find("events")->as_list().at(2);
  EXPECT_EQ(*event.find("at_s"), base::Value(0.25));
  EXPECT_EQ(*event.find("kind"), base::Value("statement"));
  EXPECT_EQ(*event.find("outcome"), base::Value("INSERT 0 1"));
  EXPECT_EQ(*event.find("step"), base::Value(2));
  EXPECT_EQ(*event.find("connection"), base::Value(7));
  EXPECT_EQ(*event.find("service"), base::Value("api"));
  EXPECT_EQ(*failure.find("events")->as_list().at(0).find("step"), base::Value());
  EXPECT_EQ(journey.find("traffic")->as_list().at(0),
            base::Value(base::Map{
                {"kind", "statement"}, {"source", "postgres"}, {"events", 50'000}, {"failed", 2}}));
}

record::RunResult skipped_run() {
  record::RunResult result = failed_run();
  result.journeys[0].verdict = Verdict::skipped;
  result.journeys[0].skip = "waits for <June>";
  result.journeys[0].failures.clear();
  return result;
}

// What a terminal is told by `tell`.
template <class Tell>
std::string told(TerminalOptions options, Tell tell) {
  std::FILE* file = std::tmpfile();
  Terminal terminal(file, options, 1);
  tell(terminal);
  std::rewind(file);
  std::string text(10'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

TEST(Skipped, IsToldWithItsReasonInEveryFormat) {
  const record::RunResult result = skipped_run();
  const auto json = base::parse_json(to_json(result));
  const base::Value& journey = json->find("journeys")->as_list().at(0);
  EXPECT_EQ(*journey.find("verdict"), base::Value("skipped"));
  EXPECT_EQ(*journey.find("skip"), base::Value("waits for <June>"));
  const std::string xml = to_junit(result);
  EXPECT_NE(xml.find("<skipped message=\"waits for &lt;June&gt;\"/>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("failures=\"0\" skipped=\"1\""), std::string::npos) << xml;
  const std::string text = told({}, [&](Terminal& terminal) {
    terminal.journey_finished(result.journeys[0]);
    terminal.summary(result);
  });
  EXPECT_TRUE(text.starts_with("SKIP  </failure>")) << text;
  EXPECT_NE(text.find("waits for <June>\n"), std::string::npos) << text;
  EXPECT_NE(text.find("0 passed, 0 failed, 1 skipped in "), std::string::npos) << text;
}

TEST(Rounds, TellWhichOneFailedAndHowOften) {
  record::RunResult result = failed_run();
  result.rounds = 3;
  result.journeys[0].name = "A books";
  result.journeys.resize(3, result.journeys[0]);
  for (uint64_t round = 0; round < 3; ++round) result.journeys[round].round = round;
  result.journeys[1].seed = 8;
  result.journeys[2].verdict = Verdict::passed;
  const std::string text = told({}, [&](Terminal& terminal) {
    terminal.system_ready(result);
    for (const auto& journey : result.journeys) terminal.journey_finished(journey);
    terminal.summary(result);
  });
  EXPECT_NE(text.find("seed 0, 3 rounds, system ready"), std::string::npos) << text;
  EXPECT_NE(text.find("FAIL  A books [2/3] "), std::string::npos) << text;
  EXPECT_NE(text.find("      this round alone: --seed 8\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nA books: 2 of 3 plays failed\n"), std::string::npos) << text;
}

TEST(Notes, AreInJsonAndJunitAsTheyAre) {
  record::RunResult result = failed_run();
  result.journeys[0].failures = {failure_with_note()};
  const auto json = base::parse_json(to_json(result));
  const base::Value& journey = json->find("journeys")->as_list().at(0);
  const base::Value& mismatch =
      journey.find("failures")->as_list().at(0).find("mismatches")->as_list().at(0);
  EXPECT_EQ(*mismatch.find("note"), base::Value(failure_with_note().mismatches[0].note));
  const std::string xml = to_junit(result);
  EXPECT_NE(xml.find("      Dear&#10;    - two&#10;"), std::string::npos) << xml;
  EXPECT_NE(xml.find("^ &lt;here&gt;"), std::string::npos) << xml;
}

TEST(Junit, EscapesWhatXmlCannotHold) {
  const std::string xml = to_junit(failed_run());
  EXPECT_NE(xml.find("name=\"&lt;/failure&gt;\\x1b[2J\\x01 &amp; &quot;quoted&quot; \\xff\""),
            std::string::npos)
      << xml;
  EXPECT_NE(xml.find("tests=\"1\" failures=\"1\" skipped=\"0\""), std::string::npos);
  EXPECT_EQ(xml.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace peregrine::report
