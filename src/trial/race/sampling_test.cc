#include "trial/race/sampling.h"

#include <gtest/gtest.h>

#include <string>

namespace peregrine::trial {
namespace {

using boundary::Touch;

// Two contenders of so many operations each, which all write the same, or each its own.
std::string sampled(uint64_t seed, size_t operations, bool conflicting) {
  Sampling sampling(seed);
  size_t done[2] = {};
  std::string order;
  while (done[0] + done[1] < 2 * operations) {
    Choice choice;
    for (size_t i = 0; i < 2; ++i) {
      if (done[i] == operations) continue;
      const std::string what = conflicting ? "a" : std::to_string(i);
      choice.options.push_back({i, {{what, Touch::kWrites}}, false});
    }
    const size_t chosen = sampling.choose(choice);
    ++done[chosen];
    order += static_cast<char>('0' + chosen);
  }
  return order;
}

TEST(Sampling, GivesEveryOrderOfWhatConflictsAboutAsOften) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 0; seed < 6000; ++seed) ++seen[sampled(seed, 2, true)];
  ASSERT_EQ(seen.size(), 6U);
  // The two in which nobody is interrupted need one choice less.
  for (const auto& [order, count] : seen) EXPECT_GT(count, 500) << order;
}

TEST(Sampling, IsTheSameForTheSameSeed) {
  EXPECT_EQ(sampled(7, 20, true), sampled(7, 20, true));
  EXPECT_NE(sampled(7, 20, true), sampled(8, 20, true));
}

}  // namespace
}  // namespace peregrine::trial
