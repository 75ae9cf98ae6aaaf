#include "report/html.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/json.h"
#include "report/html_data.h"

namespace peregrine::report {
namespace {

using record::Event;
using namespace std::chrono_literals;

std::string between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t begin = text.find(before);
  if (begin == std::string_view::npos) return "(not there)";
  const size_t from = begin + before.size();
  return std::string(text.substr(from, text.find(after, from) - from));
}

base::Value data(std::string_view page, std::string_view id) {
  const auto json = base::parse_json(between(
      page, "<script type=\"application/json\" id=\"" + std::string(id) + "\">", "</script>"));
  EXPECT_TRUE(json) << json.error().to_string();
  return json ? *json : base::Value();
}

record::RunResult run_with_events() {
  record::JourneyResult journey;
  journey.name = "A </script><!-- books \u2028";
  journey.seed = 18'446'744'073'709'551'615U;
  journey.began = base::Instant{1s};
  journey.steps = {{"It is sent", 3, record::Verdict::passed, 2ms, 1, 0, "", 4, 1, 5ms}};
  Event request{
      base::Instant{1s + 1500us}, Event::Kind::request, "api", "POST /a", "{}", "", false};
  Event statement{base::Instant{1s + 2ms},
                  Event::Kind::statement,
                  "postgres",
                  "POST /a",
                  "$1 = 7",
                  "SELECT 1",
                  true,
                  {4, 2, "api"},
                  3us};
  journey.kept = {{request, statement}, 12};
  journey.traffic = {{Event::Kind::request, "api", 13, 0},
                     {Event::Kind::statement, "postgres", 1, 1}};
  record::RunResult run;
  run.system = "<b>\"shop\"</b>";
  run.parties = {{"api"}, {"postgres", record::Party::Kind::database}};
  run.journeys = {journey};
  return run;
}

TEST(Html, CarriesThePlayAsDataThatItsScriptReads) {
  const std::string page = to_html(run_with_events());
  const base::Value run = data(page, "run");
  const base::Value& row = run.find("journeys")->as_list().at(0);
  EXPECT_EQ(*row.find("name"), base::Value("A </script><!-- books \u2028"));
  EXPECT_EQ(*row.find("seed"), base::Value("18446744073709551615"));
  EXPECT_EQ(*row.find("event_count"), base::Value(14));
  const base::Value journey = data(page, "journey-0");
  EXPECT_EQ(*journey.find("earlier"), base::Value(12));
  EXPECT_EQ(*journey.find("steps")->as_list().at(0).find("block"), base::Value(1));
  const base::Value events = data(page, "events");
  const auto text = [&](const base::Value& place) {
    return events.find("texts")->as_list().at(static_cast<size_t>(place.as_int())).as_text();
  };
  const base::List& second = journey.find("events")->as_list().at(1).as_list();
  EXPECT_EQ(second.at(0), base::Value(2'000));
  EXPECT_EQ(text(second.at(2)), "postgres");
  EXPECT_EQ(second.at(3), journey.find("events")->as_list().at(0).as_list().at(3));
  EXPECT_EQ(text(second.at(4)), "$1 = 7");
  EXPECT_EQ(text(second.at(5)), "SELECT 1");
  EXPECT_EQ(second.at(6), base::Value(1));
  EXPECT_EQ(second.at(7), base::Value(4));
  EXPECT_EQ(text(second.at(9)), "api");
  EXPECT_EQ(second.at(10), base::Value(3));
  const base::Value& kind = events.find("kinds")->as_list().at(1);
  EXPECT_EQ(*kind.find("direction"), base::Value("by_service"));
}

TEST(Html, LetsOnlyItsOwnScriptAndStyleWork) {
  const std::string page = to_html(run_with_events());
  for (const std::string tag : {"script", "style"}) {
    const std::string text = between(page, "<" + tag + ">", "</" + tag + ">");
    EXPECT_GT(text.size(), 1'000U);
    const std::string source = "'sha256-" + base::base64(base::sha256(text)) + "'";
    EXPECT_NE(page.find(tag + "-src " + source + ";"), std::string::npos) << tag;
  }
  EXPECT_NE(page.find("content=\"default-src 'none'; "), std::string::npos);
  EXPECT_NE(page.find("<title>passed: &lt;b&gt;&quot;shop&quot;&lt;/b&gt;"), std::string::npos);
  EXPECT_NE(page.find("<li>passed: A &lt;/script&gt;&lt;!-- books"), std::string::npos);
}

TEST(Html, OfAPlayWithoutKeptEventsShowsThoseOfItsFailure) {
  record::RunResult run = run_with_events();
  record::Failure failure;
  failure.events = std::move(run.journeys[0].kept.events);
  failure.earlier_events = 5;
  run.journeys[0].kept = {{}, 900};
  run.journeys[0].failures = {failure};
  const base::Value journey = data(to_html(run), "journey-0");
  EXPECT_EQ(journey.find("events")->as_list().size(), 2U);
  EXPECT_EQ(*journey.find("earlier"), base::Value(5));
  EXPECT_TRUE(journey.find("failures")->as_list().at(0).find("events")->as_list().empty());
}

TEST(Html, DataForScriptsIsEscapedAndStillTheSame) {
  const std::string json = base::to_json(base::Value("<!--</script>& \u2028 \u2029 \u2027 ok"));
  std::string out;
  append_for_script(out, json);
  EXPECT_EQ(out, "\"\\u003c!--\\u003c/script\\u003e\\u0026 \\u2028 \\u2029 \u2027 ok\"");
  EXPECT_EQ(*base::parse_json(out), *base::parse_json(json));
}

TEST(Html, CarriesTheFiguresOfALoad) {
  record::RunResult run = run_with_events();
  record::LoadResult load;
  load.name = "A </script><!-- load";
  load.requests.latency.add(5ms, 3);
  load.slices = {{1s, 2s, true, 3, 1, 0, 4, load.requests.latency.to_text()}};
  load.thresholds = {{"", "p99", "<b>1ms", "5 ms", false}};
  run.loads = {load};
  const std::string page = to_html(run);
  EXPECT_EQ(*data(page, "run").find("loads"), base::Value(1));
  const base::Value told = data(page, "load-0");
  EXPECT_EQ(*told.find("journey"), base::Value("A </script><!-- load"));
  const base::List& slice = told.find("slices")->as_list().at(0).as_list();
  ASSERT_EQ(slice.size(), 13U);
  EXPECT_EQ(slice[1], base::Value(2));
  EXPECT_EQ(slice[10], base::Value(5000));
  EXPECT_NE(page.find("fell:  p99 &lt;b&gt;1ms, measured 5 ms"), page.npos);
}

TEST(Html, CarriesARaceAndWithoutScriptsItsOrder) {
  record::RunResult run = run_with_events();
  record::RaceResult race;
  race.name = "A </script><!-- race";
  race.contenders = {"1", "2"};
  record::RaceFinding finding{.kind = "hang", .what = "<b>each waits", .order = {1, 0}};
  finding.acts = {{record::RaceAct::Kind::asks, 1, "sql", "select '</script>' <b>", "SELECT 1"}};
  race.findings = {finding};
  run.races = {race};
  const std::string page = to_html(run);
  EXPECT_EQ(*data(page, "run").find("races"), base::Value(1));
  const base::Value told = data(page, "race-0");
  EXPECT_EQ(*told.find("journey"), base::Value("A </script><!-- race"));
  const base::Value& act = told.find("findings")->as_list().at(0).find("acts")->as_list().at(0);
  EXPECT_EQ(*act.find("text"), base::Value("select '</script>' <b>"));
  EXPECT_NE(page.find("<p>nothing went on any more: &lt;b&gt;each waits</p>"), page.npos);
  EXPECT_NE(page.find("select ? &lt;b&gt;  → SELECT 1"), page.npos);
  EXPECT_NE(page.find("--order 1,0"), page.npos);
}

}  // namespace
}  // namespace peregrine::report
