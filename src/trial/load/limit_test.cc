#include "trial/load/limit.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

// The levels that are tried for a system that bears this much.
std::vector<double> search(LimitSearch& search, double bears) {
  std::vector<double> tried;
  while (const auto level = search.next()) {
    tried.push_back(*level);
    search.tell(*level <= bears);
  }
  return tried;
}

TEST(LimitSearch, StepsUpAndThenHalves) {
  LimitSearch limit(10, 1e6, true);
  const std::vector<double> tried = search(limit, 40);
  EXPECT_EQ(tried, (std::vector<double>{10, 15, 23, 35, 53, 44, 40, 42}));
  EXPECT_EQ(limit.held(), 40);
  EXPECT_EQ(limit.fell(), 42);
}

TEST(LimitSearch, NothingHolds) {
  LimitSearch limit(10, 1e6, true);
  EXPECT_EQ(search(limit, 5), std::vector<double>{10});
  EXPECT_EQ(limit.held(), std::nullopt);
  EXPECT_EQ(limit.fell(), 10);
}

TEST(LimitSearch, EverythingHolds) {
  LimitSearch limit(10, 30, true);
  EXPECT_EQ(search(limit, 1e9), (std::vector<double>{10, 15, 23, 30}));
  EXPECT_EQ(limit.held(), 30);
  EXPECT_EQ(limit.fell(), std::nullopt);
}

TEST(LimitSearch, OneUserMoreIsTheLeastStep) {
  LimitSearch limit(1, 100, true);
  EXPECT_EQ(search(limit, 2), (std::vector<double>{1, 2, 3}));
}

TEST(LimitSearch, RatesNeedNotBeWhole) {
  LimitSearch limit(1, 1e6, false);
  (void)search(limit, 10);
  EXPECT_GT(*limit.held(), 9);
  EXPECT_LE(*limit.held(), 10);
}

}  // namespace
}  // namespace peregrine::trial
