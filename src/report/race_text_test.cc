#include "report/race_text.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/race_diagram.h"
#include "report/terminal.h"

namespace peregrine::report {
namespace {

using record::RaceAct;
using record::RaceFinding;
using record::RaceResult;
using Kind = record::RaceAct::Kind;
using namespace std::chrono_literals;

constexpr size_t kWidth = 100;

RaceResult race_of(size_t contenders) {
  RaceResult race;
  race.name = "Guests book";
  race.file = "j/a.yaml";
  for (size_t i = 1; i <= contenders; ++i) race.contenders.push_back(std::to_string(i));
  race.bound = 2;
  return race;
}

RaceAct asks(size_t contender, std::string text, std::string outcome = "") {
  return {Kind::asks, contender, "postgres", std::move(text), std::move(outcome)};
}

// Both look, both book: one is divided, the other waits for it and is refused.
RaceFinding some_finding() {
  const std::string book = "insert into bookings (slot) values ($1)";
  RaceAct second = asks(1, "select 1 from bookings", "SELECT 0");
  second.preempts = true;
  RaceAct refused{Kind::asks, 1, "postgres", book, "ERROR 23505", true};
  RaceFinding finding{.kind = "invariant", .order = {0, 1, 0, 1, 0}};
  finding.acts = {{Kind::begins, 0},
                  {Kind::begins, 1},
                  asks(0, "select 1 from bookings", "SELECT 0"),
                  second,
                  asks(0, book),
                  refused,
                  {Kind::blocks, 1},
                  {Kind::commits, 0, "postgres", book, "INSERT 0 1"},
                  {Kind::ends, 0},
                  {Kind::goes_on, 1},
                  {Kind::ends, 1}};
  finding.schedule = 2;
  finding.preemptions = 1;
  finding.replayed = finding.confirmed = 3;
  return finding;
}

size_t widest(const std::string& text) {
  size_t most = 0;
  for (const std::string_view line : base::split(text, '\n')) {
    most = std::max(most, base::display_width(line));
  }
  return most;
}

bool has_blank_ends(const std::string& text) { return text.find(" \n") != text.npos; }

TEST(RaceDiagram, HasAColumnForEachWhoContends) {
  EXPECT_EQ(
      race_diagram(race_of(2), some_finding(), Paint(false), kWidth),
      "      contender 1                                    contender 2\n"
      "      begins\n"
      "      │                                              begins\n"
      "   1  select ? from bookings  → SELECT 0             │\n"
      "   2  │                                              ▶ select ? from bookings  → SELECT 0\n"
      "   3  insert into bookings (slot) values ($1)        │\n"
      "      → seen by nobody yet                           │\n"
      "   4  │                                              insert into bookings (slot) values "
      "($1)\n"
      "      │                                              waits for another\n"
      "   5  commits: others see it  → INSERT 0 1           │\n"
      "      is done                                        │\n"
      "                                                     goes on  → ERROR 23505\n"
      "                                                     is done\n");
}

TEST(RaceDiagram, FitsItsWidth) {
  const std::string book(300, 'x');
  for (const size_t contenders : {2U, 3U, 4U, 6U, 7U, 10U}) {
    RaceFinding finding = some_finding();
    finding.acts.insert(finding.acts.end() - 1, asks(1, book, book));
    finding.acts.insert(finding.acts.end() - 1, asks(contenders - 1, " \n", " OK "));
    finding.acts.insert(finding.acts.end() - 1, asks(contenders - 1, "äöü \u6f22\u5b57 " + book));
    for (const size_t width : {40U, 80U, 100U, 120U, 200U}) {
      const std::string text = race_diagram(race_of(contenders), finding, Paint(false), width);
      EXPECT_LE(widest(text), width) << contenders << "\n" << text;
      EXPECT_FALSE(has_blank_ends(text)) << text;
    }
  }
}

TEST(RaceDiagram, OfVeryManySaysWhoItIsOnEachLine) {
  const std::string text = race_diagram(race_of(10), some_finding(), Paint(false), 80);
  EXPECT_NE(text.find("   5  1: commits: others see it  → INSERT 0 1\n"), text.npos) << text;
  EXPECT_EQ(text.find("│"), text.npos) << text;
}

TEST(RaceDiagram, LeavesOutWhatNobodyComesBetween) {
  RaceFinding finding;
  for (int i = 0; i < 20; ++i) finding.acts.push_back(asks(0, fmt::format("select a{}", i)));
  finding.acts.push_back(asks(1, "select b"));
  const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
  EXPECT_NE(text.find("… 14 more …"), text.npos) << text;
  EXPECT_NE(text.find("  20  select a19"), text.npos) << text;
  EXPECT_EQ(text.find("select a10"), text.npos) << text;
}

TEST(RaceDiagram, NamesThoseWhoDoUnlikeThings) {
  RaceResult race = race_of(2);
  race.contenders = {"The guest cancels",
                     "acme tells that it was paid, at last and in full detail"};
  const std::string text = race_diagram(race, some_finding(), Paint(false), 60);
  EXPECT_TRUE(text.starts_with("      The guest cancels          acme tells that it was p…\n"))
      << text;
  RaceResult many = race_of(8);
  many.contenders[1] = "The guest cancels with a very long sentence";
  const std::string list = race_diagram(many, some_finding(), Paint(false), 80);
  EXPECT_TRUE(list.contains("The guest cancels with …: ▶ select ? from bookings")) << list;
}

TEST(RaceDiagram, SaysAtWhichBoundaryWhereThereAreSeveral) {
  RaceFinding finding;
  finding.acts = {asks(0, "select a"), {Kind::asks, 1, "redis", "GET a", "\"1\"\x1b[31m"}};
  const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
  EXPECT_NE(text.find("postgres: select a"), text.npos) << text;
  EXPECT_NE(text.find("redis: GET a"), text.npos) << text;
  EXPECT_EQ(text.find('\x1b'), text.npos);
}

TEST(RaceDiagram, HasTheLinesOfLogsWhereTheyCame) {
  RaceFinding finding = some_finding();
  finding.acts[0].logs = {{"api", "a guest\tcomes\x1b[2J"}};
  finding.acts[5].logs = {{"api", "duplicate key"},
                          {"api", "DETAIL: Process 8340 waits for the lock of process 8296"}};
  finding.acts[5].more_logs = 7;
  const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
  EXPECT_TRUE(text.contains("      begins\n      · a guest comes\\x1b[2J\n")) << text;
  EXPECT_TRUE(
      text.contains("│                                              · duplicate key\n"
                    "      │                                              · DETAIL: Process "
                    "8340 waits for the lock of\n"
                    "      │                                              process 8296\n"))
      << text;
  EXPECT_TRUE(text.contains("│                                              · 7 more lines\n"));
  EXPECT_LE(widest(text), kWidth);
  finding.acts[2].logs = {{"worker", "looks"}};
  EXPECT_TRUE(race_diagram(race_of(2), finding, Paint(false), kWidth).contains("· worker: looks"));
  EXPECT_TRUE(race_diagram(race_of(10), finding, Paint(false), kWidth)
                  .contains("         · api: duplicate key\n"));
}

// How often a text has a line that begins with this, and the line before the first.
std::pair<size_t, std::string> lines_with(const std::string& text, std::string_view start) {
  size_t count = 0;
  std::string before, last;
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.starts_with(start) && count++ == 0) before = last;
    last = line;
  }
  return {count, before};
}

constexpr std::string_view kNoReturn = "      ══ point of no return ══";

TEST(RaceDiagram, HasALineAtThePointOfNoReturn) {
  RaceFinding finding = some_finding();
  EXPECT_EQ(lines_with(race_diagram(race_of(2), finding, Paint(false), kWidth), kNoReturn).first,
            0U);
  finding.acts[3].logs = {{"api", "it is free"}};
  finding.no_return = {.act = 3, .orders = 4, .preemptions = 2};
  for (const size_t width : {40U, 60U, 100U, 200U}) {
    const std::string text = race_diagram(race_of(2), finding, Paint(false), width);
    const auto [count, before] = lines_with(text, kNoReturn);
    EXPECT_EQ(count, 1U) << text;
    EXPECT_TRUE(before.ends_with(" · it is free")) << text;
    EXPECT_LE(widest(text), width) << text;
  }
  const std::string list = race_diagram(race_of(10), finding, Paint(false), kWidth);
  EXPECT_EQ(lines_with(list, kNoReturn).second, "         · it is free") << list;
  EXPECT_LE(widest(list), kWidth);
}

TEST(RaceDiagram, BeginsWithThePointOfNoReturnWhereEveryOrderFell) {
  RaceFinding finding = some_finding();
  finding.no_return = {.orders = 6, .preemptions = 2};
  const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
  EXPECT_TRUE(lines_with(text, kNoReturn).second.starts_with("      contender 1 ")) << text;
  EXPECT_TRUE(race_diagram(race_of(10), finding, Paint(false), kWidth).starts_with(kNoReturn));
}

TEST(RaceDiagram, ShowsThePointOfNoReturnWhateverIsLeftOut) {
  for (size_t at = 0; at < 20; ++at) {
    RaceFinding finding;
    for (int i = 0; i < 20; ++i) finding.acts.push_back(asks(0, fmt::format("select a{}", i)));
    finding.acts.push_back(asks(1, "select b"));
    finding.no_return = {.act = at, .orders = 2, .preemptions = 2};
    const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
    const auto [count, before] = lines_with(text, kNoReturn);
    EXPECT_EQ(count, 1U) << text;
    EXPECT_TRUE(before.contains(fmt::format("{:>4}  select a{} ", at + 1, at)) ||
                before.ends_with(fmt::format("{:>4}  select a{}", at + 1, at)))
        << text;
  }
  RaceFinding finding;
  for (size_t i = 0; i < 600; ++i) finding.acts.push_back(asks(i % 2, "select a"));
  finding.no_return = {.act = 9, .orders = 2, .preemptions = 2};
  const std::string text = race_diagram(race_of(2), finding, Paint(false), kWidth);
  EXPECT_TRUE(text.starts_with("      after 200 earlier acts:\n")) << text;
  EXPECT_TRUE(lines_with(text, kNoReturn).second.starts_with("      contender 1 ")) << text;
}

TEST(RaceDiagram, IsNoneWhereNothingWasAsked) {
  RaceFinding finding;
  finding.acts = {{Kind::begins, 0}, {Kind::ends, 0}};
  EXPECT_EQ(race_diagram(race_of(2), finding, Paint(false), kWidth), "");
  finding.acts[0].logs = {{"api", "a guest comes"}};
  EXPECT_NE(race_diagram(race_of(2), finding, Paint(false), kWidth), "");
}

TEST(RaceText, TellsAFindingAndItsOrder) {
  RaceResult race = race_of(2);
  race.findings = {some_finding()};
  race.fired = 5;
  race.fired_fell = 3;
  race.schedules = 2;
  race.operations = 5;
  race.median = 4'300us;
  race.stopped = "it has found something";
  const std::string text = race_text(race, Paint(false), kWidth);
  for (const std::string_view part :
       {"      an invariant fell: order 2, 1 preemption, shown again by 3 of 3 replays\n",
        "      ▶ before it another could have gone on\n",
        "      this order again: --order 0,1,0,1,0\n", "      all at once: 5 times, 3 fell\n",
        "      in order: 2 orders of up to 5 operations, 4.30 ms each\n",
        "      not all: it has found something\n"}) {
    EXPECT_NE(text.find(part), text.npos) << part << " in\n" << text;
  }
  EXPECT_FALSE(has_blank_ends(text)) << text;
}

TEST(RaceText, TellsWhatIsKnownOfThePointOfNoReturn) {
  RaceFinding finding = some_finding();
  const auto told = [&] { return finding_text(race_of(2), finding, Paint(false), kWidth); };
  EXPECT_FALSE(told().contains("═") || told().contains("no return")) << told();
  finding.no_return = {.act = 3, .orders = 4, .preemptions = 2};
  finding.further = 5;
  EXPECT_TRUE(
      told().contains("      ═ all 4 orders that go on from there fell (up to 2 preemptions)\n"
                      "      5 more orders were played to look for it\n"))
      << told();
  finding.no_return = {.act = 3, .orders = 1, .preemptions = 1};
  finding.further = 1;
  EXPECT_TRUE(
      told().contains("      ═ no other order goes on from there (up to 1 preemption)\n"
                      "      1 more order was played to look for it\n"))
      << told();
  finding.no_return = {.orders = 6, .preemptions = 2};
  EXPECT_TRUE(told().contains("      ═ every order fell: 6 with up to 2 preemptions\n")) << told();
  finding.no_return.reset();
  finding.no_return_note = "100 orders were not enough";
  EXPECT_TRUE(
      told().contains("      its point of no return is not known: 100 orders were not enough\n"))
      << told();
  EXPECT_FALSE(told().contains("═")) << told();
}

// What the terminal says of a race and its journey.
std::string told(const RaceResult& race, record::JourneyResult journey) {
  std::FILE* file = std::tmpfile();
  Terminal terminal(file, {.width = kWidth}, 1);
  journey.name = race.name;
  terminal.race_finished(race);
  terminal.journey_finished(journey);
  std::rewind(file);
  std::string text(100'000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

TEST(Terminal, OfARaceTellsHowManyOrdersWerePlayed) {
  RaceResult race = race_of(2);
  race.schedules = 138;
  race.exhausted = true;
  const std::string text = told(race, {});
  EXPECT_TRUE(text.starts_with("PASS  Guests book")) << text;
  EXPECT_NE(text.find("  138 orders, all with up to 2 preemptions\n"), text.npos) << text;
}

TEST(Terminal, HasTheDiagramInPlaceOfWhatHappened) {
  RaceResult race = race_of(2);
  race.schedules = 2;
  record::JourneyResult journey;
  journey.verdict = record::Verdict::failed;
  record::Failure failure{"One has it", "j/a.yaml", 9, "it is not as expected", {}, {}, {}};
  failure.events = {{base::Instant{}, record::Event::Kind::log, "api", "hello", "", "", false}};
  journey.failures = {failure};
  EXPECT_NE(told(race, journey).find("What happened"), std::string::npos);
  race.findings = {some_finding()};
  const std::string text = told(race, journey);
  EXPECT_EQ(text.find("What happened"), text.npos) << text;
  EXPECT_LT(text.find("it is not as expected"), text.find("contender 1")) << text;
}

}  // namespace
}  // namespace peregrine::report
