#include <gtest/gtest.h>

#include "base/json.h"
#include "report/failure_text.h"
#include "report/json.h"
#include "report/junit.h"

namespace peregrine::report {
namespace {

using record::Event;
using record::Verdict;

constexpr std::string_view kHostile = "</failure>\x1b[2J\x01 & \"quoted\" \xff";

record::RunResult failed_run() {
  record::Failure failure{"It is stored", "j/a.yaml", 12, "it is not as expected", {}, {}, {}, 3};
  failure.mismatches = {{"rows[0].n", "1", "2"}};
  failure.seen = {"rows: [{\"n\":2}]"};
  const base::Instant at{};
  failure.events = {
      {at, Event::Kind::step, "", "It is sent", "", "", false},
      {at, Event::Kind::request, "api", "POST /a", "{\"a\":1}", "", false},
      {at, Event::Kind::statement, "postgres", "insert\n  into t", "$1 = 7", "INSERT 0 1", false},
      {at, Event::Kind::answer, "api", "POST /a", "", "204 in 1 ms", false}};
  record::JourneyResult journey;
  journey.name = kHostile;
  journey.file = "j/a.yaml";
  journey.line = 1;
  journey.verdict = Verdict::failed;
  journey.steps = {{"It is sent", 3, Verdict::passed, {}, 1, 0},
                   {"It is stored", 12, Verdict::failed, {}, 0, 1}};
  journey.failures = {failure};
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
            "             0.0 ms  · postgres  insert into t\n"
            "                       INSERT 0 1, $1 = 7\n"
            "             0.0 ms  ← api  204 in 1 ms\n");
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
