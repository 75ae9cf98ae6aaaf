#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace peregrine::base {
namespace {

// By another implementation of both generators, which gives their authors' examples.
TEST(Random, ASeedGivesTheSameNumbersOnEveryMachine) {
  Random random(0);
  for (const uint64_t number : {0x99ec5f36cb75f2b4U, 0xbf6e1f784956452aU, 0x1a5f849d4933e6e0U}) {
    EXPECT_EQ(random.next(), number);
  }
}

TEST(Random, APurposeHasNumbersOfItsOwn) {
  EXPECT_EQ(Random::key("foobar"), 0x85944171f73967e8);  // an example of FNV-1a's authors
  EXPECT_EQ(Random::stream(42, "foobar").next(), 0xdd36d5c4c9b2fac3);
  EXPECT_EQ(Random::stream(42, Random::key("foobar")).next(), 0xdd36d5c4c9b2fac3);
  EXPECT_NE(Random::stream(42, "foo").next(), Random::stream(42, "bar").next());
}

TEST(Random, DrawsEvenlyBelowABound) {
  Random random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6'000; ++i) ++seen.at(random.below(seen.size()));
  // Five standard deviations of 29 on either side; the seed makes it the same each time.
  for (const int times : seen) EXPECT_NEAR(times, 1'000, 145);
  EXPECT_EQ(random.below(1), 0U);
}

TEST(Random, DrawsBetweenBoundsThatItReaches) {
  Random random(1);
  std::array<int, 3> seen{};
  for (int i = 0; i < 100; ++i) ++seen.at(static_cast<size_t>(random.between(-1, 1) + 1));
  for (const int times : seen) EXPECT_GT(times, 0);
  EXPECT_EQ(random.between(7, 7), 7);
  // The whole range has 2^64 numbers, which no bound says.
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_NE(random.between(kLeast, kMost), random.between(kLeast, kMost));
}

TEST(RandomDeathTest, NothingIsBelowZero) {
  EXPECT_DEATH(Random(1).below(0), "needs a positive bound");
}

}  // namespace
}  // namespace peregrine::base
