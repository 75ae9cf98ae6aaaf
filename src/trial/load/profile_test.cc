#include "trial/load/profile.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

using namespace std::chrono_literals;
using lang::LoadSpec;

LoadSpec users(double level, base::Duration span) {
  LoadSpec load;
  load.level = level;
  load.duration = span;
  return load;
}

LoadSpec rate(double level, base::Duration span) {
  LoadSpec load = users(level, span);
  load.model = LoadSpec::Model::open;
  return load;
}

TEST(Profile, ALevelThatStands) {
  const Profile profile(users(10, 30s));
  EXPECT_EQ(profile.length(), 30s);
  EXPECT_EQ(profile.level(0s), 10);
  EXPECT_EQ(profile.level(29s), 10);
  EXPECT_EQ(profile.level(30s), 0);
}

TEST(Profile, StagesGoAlongStraightLines) {
  LoadSpec load;
  load.stages = {{100, 10s}, {100, 5s}, {0, 10s}};
  const Profile profile(load);
  EXPECT_EQ(profile.length(), 25s);
  EXPECT_DOUBLE_EQ(profile.level(5s), 50);
  EXPECT_DOUBLE_EQ(profile.level(12s), 100);
  EXPECT_DOUBLE_EQ(profile.level(20s), 50);
  EXPECT_DOUBLE_EQ(profile.most(), 100);
}

TEST(Profile, WarmUpAndAStandComeBeforeTheStages) {
  LoadSpec load = users(10, 5s);
  load.warm_up = 2s;
  load.stages = {{20, 10s}};
  const Profile profile(load);
  EXPECT_EQ(profile.length(), 17s);
  EXPECT_DOUBLE_EQ(profile.level(1s), 10);
  EXPECT_DOUBLE_EQ(profile.level(6s), 10);
  EXPECT_DOUBLE_EQ(profile.level(12s), 15);
}

TEST(Profile, ArrivalsAreSpreadEvenly) {
  const Profile profile(rate(4, 1s));
  EXPECT_EQ(profile.arrivals(), 4u);
  EXPECT_EQ(profile.arrival(0), 125ms);
  EXPECT_EQ(profile.arrival(1), 375ms);
  EXPECT_EQ(profile.arrival(3), 875ms);
  EXPECT_EQ(profile.arrival(4), std::nullopt);
}

TEST(Profile, ArrivalsOfARamp) {
  LoadSpec load;
  load.model = LoadSpec::Model::open;
  load.stages = {{100, 10s}, {0, 10s}};
  const Profile profile(load);
  EXPECT_EQ(profile.arrivals(), 1000u);
  base::Duration last{};
  uint64_t half = 0;
  for (uint64_t n = 0; n < 1000; ++n) {
    const auto at = profile.arrival(n);
    ASSERT_TRUE(at.has_value()) << n;
    EXPECT_GT(*at, last);
    last = *at;
    half += *at < 10s ? 1 : 0;
  }
  EXPECT_EQ(half, 500u);
  EXPECT_EQ(profile.arrival(1000), std::nullopt);
  // At a quarter of the way up there were a sixteenth of the plays of all the way.
  EXPECT_LT(*profile.arrival(30), 2500ms);
  EXPECT_GT(*profile.arrival(32), 2500ms);
}

TEST(Profile, APauseInTheMiddle) {
  LoadSpec load = rate(10, 1s);
  load.stages = {{0, 1s}, {0, 5s}, {10, 1s}};
  const Profile profile(load);
  EXPECT_EQ(profile.arrivals(), 20u);
  EXPECT_LT(*profile.arrival(14), 2s);
  EXPECT_GT(*profile.arrival(15), 7s);
}

TEST(Profile, WithoutAnEnd) {
  LoadSpec load;
  load.level = 50;
  load.model = LoadSpec::Model::open;
  load.iterations = 10;
  const Profile profile(load);
  EXPECT_EQ(profile.length(), base::Duration::max());
  EXPECT_EQ(profile.arrival(99), 1990ms);
}

}  // namespace
}  // namespace peregrine::trial
