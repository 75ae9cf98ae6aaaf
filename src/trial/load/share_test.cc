#include "trial/load/share.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace peregrine::trial {
namespace {

std::vector<Share> shares(size_t workers, double looking) {
  std::vector<Share> all;
  for (size_t i = 0; i < workers; ++i) all.push_back(Share::of_worker(i, workers, looking));
  all.push_back(Share::at_home(workers, looking));
  return all;
}

struct Case {
  size_t workers;
  double looking;
};
const std::vector<Case> kCases{{1, 0},    {2, 0},    {3, 0},    {7, 0},     {1, 0.01},
                               {2, 0.01}, {3, 0.1},  {2, 0.5},  {2, 1},     {3, 0.333},
                               {5, 0.07}, {4, 1e-9}, {2, 0.99}, {64, 0.01}, {2, 0.29}};

TEST(Share, EachNumberIsOfOneShareAlone) {
  for (const auto& [workers, looking] : kCases) {
    std::set<uint64_t> seen;
    for (const Share& share : shares(workers, looking)) {
      const uint64_t count = share.below(1000);
      for (uint64_t n = 0; n < count; ++n) {
        const uint64_t number = share.nth(n);
        EXPECT_LT(number, 1000U);
        EXPECT_EQ(share.below(number), n);
        EXPECT_EQ(share.below(number + 1), n + 1);
        EXPECT_TRUE(seen.insert(number).second) << number << " is of two";
      }
    }
    EXPECT_EQ(seen.size(), 1000U) << workers << " workers, " << looking;
  }
}

TEST(Share, WhatLooksIsAtHome) {
  for (const auto& [workers, looking] : kCases) {
    const Share home = Share::at_home(workers, looking);
    uint64_t lookers = 0;
    for (uint64_t n = 0; n < 1000; ++n) {
      EXPECT_EQ(home.below(n), lookers) << n << " of " << looking;
      lookers += looks(n, looking) ? 1 : 0;
    }
  }
}

TEST(Share, WorkersHaveAsManyAsEachOther) {
  for (const auto& [workers, looking] : kCases) {
    for (uint64_t number = 0; number < 300; ++number) {
      const uint64_t first = Share::of_worker(0, workers, looking).below(number);
      const uint64_t last = Share::of_worker(workers - 1, workers, looking).below(number);
      EXPECT_LE(last, first);
      EXPECT_LE(first, last + 1);
    }
  }
}

TEST(Share, IterationsAreDealtOutExactlyAndByUsers) {
  for (const auto& [workers, looking] : kCases) {
    for (const uint64_t users : {1, 2, 3, 10, 999}) {
      for (const uint64_t all :
           {uint64_t{0}, uint64_t{1}, uint64_t{7}, uint64_t{1000}, uint64_t{1'000'000'000'000}}) {
        uint64_t sum = 0;
        for (const Share& share : shares(workers, looking)) {
          const uint64_t some = share.iterations(all, users);
          const double part = static_cast<double>(all) * static_cast<double>(share.below(users)) /
                              static_cast<double>(users);
          EXPECT_NEAR(static_cast<double>(some), part, 1.0);
          if (share.below(users) == 0) EXPECT_EQ(some, 0U);
          sum += some;
        }
        EXPECT_EQ(sum, all) << workers << " workers, " << users << " users";
      }
    }
  }
}

TEST(Share, AsManyPlaysLookAsInOneProcess) {
  // Three users, of whom one is at home and plays a third of all.
  const Share home = Share::at_home(2, 0.1);
  ASSERT_EQ(home.iterations(60, 3), 20U);
  uint64_t looked = 0;
  for (uint64_t n = 0; n < 20; ++n) looked += home.looks(n, 0.1, 3) ? 1 : 0;
  EXPECT_EQ(looked, 7U);
  uint64_t alone = 0;
  for (uint64_t n = 0; n < 60; ++n) alone += Share().looks(n, 0.1, 3) ? 1 : 0;
  EXPECT_EQ(alone, 7U);
  EXPECT_FALSE(Share::of_worker(0, 2, 0.1).looks(0, 0.1, 3));
}

TEST(Share, NoTwoUsersHaveTheSameNumber) {
  std::set<uint64_t> seen;
  for (const Share& share : shares(3, 0.01)) {
    for (uint64_t n = 0; n < 100; ++n) EXPECT_TRUE(seen.insert(share.number_of_user(n)).second);
  }
  EXPECT_EQ(Share().number_of_user(7), 7U);
}

TEST(Share, AllOfItIsWhatOneProcessPlays) {
  const Share all;
  EXPECT_TRUE(all.is_all());
  EXPECT_EQ(all.below(10), 10U);
  EXPECT_EQ(all.nth(10), 10U);
  EXPECT_EQ(all.iterations(10, 3), 10U);
}

}  // namespace
}  // namespace peregrine::trial
