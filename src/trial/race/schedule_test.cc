#include "trial/race/schedule.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

const std::vector<std::string> kNumbers = {"1", "2"};

Trace trace_of(const Choices& chosen) {
  Trace trace;
  for (const size_t contender : chosen) trace.choices.emplace_back().chosen = contender;
  return trace;
}

TEST(WhereItLeft, IsNowhereWhereTheOrderWasFollowed) {
  EXPECT_EQ(where_it_left({0, 1, 1}, trace_of({0, 1, 1}), kNumbers), "");
  EXPECT_EQ(where_it_left({0, 1, 1}, trace_of({0, 1, 1, 0, 0}), kNumbers), "");
}

TEST(WhereItLeft, IsTheFirstChoiceThatWasNone) {
  Trace trace = trace_of({0, 0, 1});
  trace.diverged = 1;
  EXPECT_EQ(where_it_left({0, 1, 1}, trace, kNumbers),
            "at choice 2 of 3, that of contender 2, he waits, or is done");
  EXPECT_EQ(where_it_left({0, 1, 1}, trace, {"A guest pays", "A guest cancels"}),
            "at choice 2 of 3, that of A guest cancels, he waits, or is done");
}

TEST(WhereItLeft, MayBeTheEnd) {
  EXPECT_EQ(where_it_left({0, 1, 0}, trace_of({0, 1}), kNumbers),
            "at choice 3 of 3, that of contender 1, nobody has anything more to ask");
}

// Behind the end of an order who went on goes on: whatever happens there is none of its choices.
TEST(WhereItLeft, IsNotBehindTheEndOfTheOrder) {
  Trace trace = trace_of({0, 1, 1});
  trace.diverged = 2;
  EXPECT_EQ(where_it_left({0, 1}, trace, kNumbers), "");
}

}  // namespace
}  // namespace peregrine::trial
