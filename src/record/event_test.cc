#include "record/event.h"

#include <gtest/gtest.h>

namespace peregrine::record {
namespace {

using namespace std::chrono_literals;

Event statement(std::string source, bool failed = false) {
  return {{}, Event::Kind::statement, std::move(source), "select 1", "", "SELECT 1", failed};
}

TEST(Timeline, CountsStayExactWhenTheOldestHaveGone) {
  Timeline timeline;
  for (size_t i = 0; i < Timeline::kMost + 10; ++i) timeline.add(statement("postgres", i == 0));
  timeline.add(statement("ledger"));
  EXPECT_EQ(timeline.events().size(), Timeline::kMost);
  EXPECT_EQ(timeline.dropped(), 11U);
  const auto counts = timeline.counts();
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].source, "ledger");
  EXPECT_EQ(counts[0].events, 1U);
  EXPECT_EQ(counts[1].events, Timeline::kMost + 10);
  EXPECT_EQ(counts[1].failed, 1U);
  timeline.clear();
  EXPECT_TRUE(timeline.counts().empty());
}

TEST(Timeline, HoldsNoMoreBytesThanItMay) {
  Timeline timeline;
  Event event = statement("postgres");
  event.detail.assign(1'000'000, 'x');
  for (size_t i = 0; i < 6'000; ++i) timeline.add(event);
  EXPECT_LT(timeline.events().back().detail.size(), Timeline::kMostBytesOfText + 100);
  EXPECT_GT(timeline.dropped(), 0U);
  EXPECT_EQ(timeline.counts()[0].events, 6'000U);
}

TEST(Timeline, WhatHappensIsOfTheStepThatIsPlayedAloneThen) {
  Timeline timeline;
  auto step_of_next = [&] {
    timeline.add(statement("postgres"));
    return timeline.events().back().cause.step;
  };
  EXPECT_EQ(step_of_next(), 0U);
  {
    const auto block = timeline.begin_step({}, "at once", true);
    const auto first = timeline.begin_step({}, "one", false);
    EXPECT_EQ(first.number(), 2U);
    EXPECT_EQ(timeline.events().back().cause.step, 2U);
    EXPECT_EQ(step_of_next(), 2U);
    {
      const auto second = timeline.begin_step({}, "two", false);
      EXPECT_EQ(step_of_next(), 0U);
      Event known = statement("postgres");
      known.cause.step = 3;
      timeline.add(known);
      EXPECT_EQ(timeline.events().back().cause.step, 3U);
    }
    EXPECT_EQ(step_of_next(), 2U);
  }
  EXPECT_EQ(step_of_next(), 0U);
}

TEST(Timeline, GivesTheLastEventsInTheOrderOfTime) {
  Timeline timeline;
  for (const auto at : {3ms, 1ms, 2ms, 3ms}) {
    Event event = statement(std::to_string(timeline.events().size()));
    event.at += at;
    timeline.add(event);
  }
  std::string sources;
  for (const Event& event : timeline.since(base::Instant{2ms}, 2)) sources += event.source;
  EXPECT_EQ(sources, "03");
}

}  // namespace
}  // namespace peregrine::record
