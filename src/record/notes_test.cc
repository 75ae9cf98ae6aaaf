#include "record/notes.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "record/statement_shape.h"

namespace peregrine::record {
namespace {

void ask(Timeline& timeline, std::string sql, std::string parameters) {
  timeline.add({{},
                Event::Kind::statement,
                "postgres",
                std::move(sql),
                std::move(parameters),
                "SELECT 1",
                false});
}
void request(Timeline& timeline) {
  timeline.add({{}, Event::Kind::request, "api", "GET /orders", "", "", false});
}

TEST(Notes, TellAStatementThatOneStepRepeatsWithOtherValues) {
  Timeline timeline;
  const auto step = timeline.begin_step({}, "The orders are listed", false);
  request(timeline);
  for (int i = 0; i < 5; ++i)
    ask(timeline, "select * from items where order_id = $1", fmt::format("$1 = {}", i));
  ask(timeline, "select 1", "");
  const auto notes = notes_of(timeline);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].step, "The orders are listed");
  EXPECT_EQ(notes[0].number, step.number());
  EXPECT_EQ(notes[0].times, 5U);
  EXPECT_EQ(describe(notes[0]),
            "the same statement 5 times, with other values, to postgres (N+1?)");
}

TEST(Notes, ValuesMayStandInTheText) {
  Timeline timeline;
  const auto step = timeline.begin_step({}, "s", false);
  for (int i = 0; i < 6; ++i)
    ask(timeline, fmt::format("select * from t where name = 'n{}'", i), "");
  ASSERT_EQ(notes_of(timeline).size(), 1U);
}

TEST(Notes, NothingOfTheSameValuesNorOfFewNorOfSeveralSteps) {
  Timeline timeline;
  {
    const auto step = timeline.begin_step({}, "asks again and again", false);
    for (int i = 0; i < 50; ++i) ask(timeline, "select * from jobs where id = $1", "$1 = 7");
    for (int i = 0; i < 4; ++i) ask(timeline, "select $1", fmt::format("$1 = {}", i));
  }
  for (int i = 0; i < 20; ++i) {
    const auto step = timeline.begin_step({}, "one of many", false);
    ask(timeline, "select $1", fmt::format("$1 = {}", i));
  }
  EXPECT_TRUE(notes_of(timeline).empty());
}

TEST(Notes, AStepThatAsksOftenIsNotTheServicesFault) {
  Timeline timeline;
  const auto step = timeline.begin_step({}, "ten requests", false);
  for (int i = 0; i < 10; ++i) {
    request(timeline);
    ask(timeline, "select $1", fmt::format("$1 = {}", i));
  }
  EXPECT_TRUE(notes_of(timeline).empty());
}

TEST(Notes, AreBoundedAndTheWorstComeFirst) {
  Timeline timeline;
  const auto step = timeline.begin_step({}, "s", false);
  for (size_t kind = 0; kind < kMostNotes + 3; ++kind) {
    for (size_t i = 0; i < kRepeatedFrom + kind; ++i) {
      ask(timeline, fmt::format("select $1 from t{}", kind), fmt::format("$1 = {}", i));
    }
  }
  const auto notes = notes_of(timeline);
  ASSERT_EQ(notes.size(), kMostNotes);
  EXPECT_EQ(notes.front().times, kRepeatedFrom + kMostNotes + 2);
}

void call(Timeline& timeline, std::string source, std::string text, std::string outcome) {
  timeline.add({base::monotonic_now(), Event::Kind::call, std::move(source), std::move(text), "",
                std::move(outcome), false});
}

TEST(Notes, TellCallsThatNobodyExpected) {
  Timeline timeline;
  const auto step = timeline.begin_step({}, "It is paid", false);
  call(timeline, "stripe", "POST /v1/customers", "200 in 1 ms");
  call(timeline, "tracker", "GET /track?user=1", "200 in 1 ms");
  call(timeline, "tracker", "GET /track?user=2", "200 in 1 ms");
  call(timeline, "stripe", "GET /v2/new", "404 in 1 ms" + std::string(kNoSuchRoute));
  EXPECT_EQ(notes_of(timeline).size(), 1U);
  const auto notes = notes_of(timeline, {"tracker"});
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].text, "GET /v2/new");
  EXPECT_EQ(notes[1].text, "GET /track?user=1");
  EXPECT_EQ(notes[1].times, 2U);
  EXPECT_EQ(notes[1].step, "It is paid");
  EXPECT_TRUE(describe(notes[1]).starts_with("tracker was called 2 times, and nobody expected"));
}

TEST(StatementShape, LeavesOutValuesAndBlanks) {
  EXPECT_EQ(statement_shape("select  *\n from t1\twhere a = 12.5e3 and b='it''s' "),
            "select * from t1 where a = ? and b=?");
  EXPECT_EQ(
      statement_shape("select E'a\\'b', $1, $tag$ it's $x$ $tag$, \"odd 'name\" -- 'c\n, 0x1f"),
      "select ?, $1, ?, \"odd 'name\" , ?");
  EXPECT_EQ(statement_shape("select /* 'a */ 1"), "select ?");
  EXPECT_EQ(statement_shape("select /* a /* b */ it's */ 1 /*/ c */"), "select ?");
  EXPECT_EQ(statement_shape("id in (1, 2,3 )"), statement_shape("id in (4)"));
  EXPECT_EQ(statement_shape("f(1, x)"), "f(?, x)");
  EXPECT_EQ(statement_shape("f()"), "f()");
}

TEST(StatementShape, EndsWhereTheTextDoes) {
  for (const char* open :
       {"'", "'a", "E'\\", "\"", "\"a", "$a$ b", "$", "/*", "/*/*", "/**", "--", "1", "", "$1"}) {
    EXPECT_LE(statement_shape(open).size(), 3U) << open;
  }
}

TEST(Notes, TellWhatThePlayBeforeLeft) {
  using namespace std::chrono_literals;
  const base::Instant reset = base::Instant() + 10s;
  Timeline timeline;
  timeline.begin_play("A");
  timeline.add_leftover({Leftover::Kind::transaction, "postgres", "DELETE FROM t"});
  timeline.add_leftover({Leftover::Kind::definitions, "postgres", ""});
  timeline.mark_reset(reset);
  EXPECT_TRUE(notes_of(timeline).empty());
  timeline.begin_play("B");
  timeline.add({reset - 1s, Event::Kind::call, "calcom", "GET /slots", "", "", false});
  timeline.add({reset, Event::Kind::call, "calcom", "GET /me", "", "", false});
  const auto notes = notes_of(timeline);
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_EQ(describe(notes[0]),
            "late from `A`: what began at postgres before the reset was not done by then");
  EXPECT_EQ(notes[0].text, "DELETE FROM t");
  EXPECT_EQ(to_string(notes[1].kind), "made_anew");
  EXPECT_EQ(notes[2].text, "GET /slots");
  timeline.begin_play("C");
  EXPECT_TRUE(notes_of(timeline).empty());
}

}  // namespace
}  // namespace peregrine::record
