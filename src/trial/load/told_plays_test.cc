#include "trial/load/told_plays.h"

#include <gtest/gtest.h>

#include <set>

namespace peregrine::trial {
namespace {

ToldPlays told(int64_t from, int64_t to, base::Random& random) {
  ToldPlays told;
  for (int64_t i = from; i < to; ++i) told.add(i, random);
  return told;
}

TEST(ToldPlays, AreAllWhereThereAreFew) {
  base::Random random(1);
  const base::List chosen = chosen_of({told(0, 10, random), {}, told(10, 300, random)}, random);
  std::set<int64_t> seen;
  for (const base::Value& play : chosen) seen.insert(play.as_int());
  EXPECT_EQ(chosen.size(), 300U);
  EXPECT_EQ(seen.size(), 300U);
}

// Of 10,000 plays, a tenth of which one has seen, a tenth of those chosen are his.
TEST(ToldPlays, AreChosenEvenlyWhoeverHasSeenThem) {
  base::Random random(2);
  int64_t of_first = 0;
  int64_t of_first_half = 0;
  for (int round = 0; round < 20; ++round) {
    const base::List chosen =
        chosen_of({told(0, 1000, random), told(1000, 10'000, random)}, random);
    ASSERT_EQ(chosen.size(), ToldPlays::kMost);
    for (const base::Value& play : chosen) {
      of_first += play.as_int() < 1000 ? 1 : 0;
      of_first_half += play.as_int() < 5000 ? 1 : 0;
    }
  }
  EXPECT_NEAR(static_cast<double>(of_first) / 20'000, 0.1, 0.01);
  EXPECT_NEAR(static_cast<double>(of_first_half) / 20'000, 0.5, 0.02);
}

TEST(ToldPlays, WhatWasNotKeptIsNotChosen) {
  base::Random random(3);
  ToldPlays some = told(0, 100, random);
  some.plays.resize(5);
  ToldPlays none = told(0, 100, random);
  none.plays.clear();
  EXPECT_EQ(chosen_of({some, none}, random).size(), 5U);
}

}  // namespace
}  // namespace peregrine::trial
