#include "trial/race/schedule.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

Trace trace_of(const Choices& chosen) {
  Trace trace;
  for (const size_t contender : chosen) trace.choices.emplace_back().chosen = contender;
  return trace;
}

TEST(WhereItLeft, IsNowhereWhereTheOrderWasFollowed) {
  EXPECT_EQ(where_it_left({0, 1, 1}, trace_of({0, 1, 1})), "");
  EXPECT_EQ(where_it_left({0, 1, 1}, trace_of({0, 1, 1, 0, 0})), "");
}

TEST(WhereItLeft, IsTheFirstChoiceThatWasNone) {
  Trace trace = trace_of({0, 0, 1});
  trace.diverged = 1;
  EXPECT_EQ(where_it_left({0, 1, 1}, trace),
            "at choice 2 of 3 contender 2 was to go on, and could not: he waits, or is done");
}

TEST(WhereItLeft, MayBeTheEnd) {
  EXPECT_EQ(where_it_left({0, 1, 0}, trace_of({0, 1})),
            "at choice 3 of 3 contender 1 was to go on, and nobody had anything more to ask");
}

// Behind the end of an order who went on goes on: whatever happens there is none of its choices.
TEST(WhereItLeft, IsNotBehindTheEndOfTheOrder) {
  Trace trace = trace_of({0, 1, 1});
  trace.diverged = 2;
  EXPECT_EQ(where_it_left({0, 1}, trace), "");
}

}  // namespace
}  // namespace peregrine::trial
