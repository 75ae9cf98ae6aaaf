#include "trial/load/leaks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace peregrine::trial {
namespace {

using namespace std::chrono_literals;
using record::LoadObserved;

// A service whose memory is so much at each second, with some noise.
LoadObserved::Process service(int seconds, const std::function<double(int)>& megabytes,
                              const std::function<double(int)>& descriptors = {}) {
  LoadObserved::Process process{.name = "api", .kind = "service"};
  for (int i = 0; i <= seconds; ++i) {
    LoadObserved::Point point{.at = i * 1s, .length = 1s, .threads = 8};
    const double noise = (i * 7919 % 13) * 0.02;
    point.memory_bytes = static_cast<uint64_t>((megabytes(i) + noise) * 1e6);
    if (descriptors) point.descriptors = static_cast<uint64_t>(descriptors(i));
    process.points.push_back(point);
  }
  return process;
}

size_t leaks(const LoadObserved::Process& process, bool had_warm_up = false) {
  const auto found = leaks_of(process, 0.1, had_warm_up);
  EXPECT_TRUE(found);
  return found ? found->size() : 99;
}

TEST(LeaksTest, WhatGrowsOnAndOnLeaks) {
  const auto found = leaks_of(service(60, [](int i) { return 50 + 0.5 * i; }), 0.1, true);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().of, "memory");
  EXPECT_NEAR(found->front().per_hour, 1800e6, 30e6);
  EXPECT_LT(found->front().margin, 30e6);
  EXPECT_NEAR(found->front().grown, 30e6, 1e6);
}

TEST(LeaksTest, WhatFillsUpAndStaysIsNoLeak) {
  for (const int full : {3, 10, 20, 29}) {
    EXPECT_EQ(leaks(service(60, [&](int i) { return 50 + 2.0 * std::min(i, full); })), 0U) << full;
  }
  // A cache that fills ever more slowly.
  EXPECT_EQ(leaks(service(60, [](int i) { return 50 + 40 * (1 - std::exp(-i / 6.0)); })), 0U);
}

TEST(LeaksTest, WhatBeginsLateIsNoLeakYetAndALittleIsNone) {
  EXPECT_EQ(leaks(service(60, [](int i) { return 50 + 0.05 * i; })), 0U);  // 3 MB
  EXPECT_EQ(leaks(service(60, [](int i) { return 500 + 0.3 * i; })), 0U);  // 3.6 %
  EXPECT_EQ(leaks(service(60, [](int i) { return 50 - 0.5 * i / 2; })), 0U);
  EXPECT_EQ(leaks(service(60, [](int i) { return i % 2 == 0 ? 50 : 90; })), 0U);
}

TEST(LeaksTest, DescriptorsLeakToo) {
  const auto steady = [](int) { return 50.0; };
  EXPECT_EQ(leaks(service(20, steady, [](int i) { return 20 + 3 * i; })), 1U);
  EXPECT_EQ(leaks(service(20, steady, [](int i) { return 20 + i / 3; })), 0U);
}

TEST(LeaksTest, OfADatabaseConnectionsAlone) {
  LoadObserved::Process process = service(30, [](int i) { return 50 + 5.0 * i; });
  process.kind = "postgres";
  for (size_t i = 0; i < process.points.size(); ++i) process.points[i].connections = 4 + i;
  const auto found = leaks_of(process, 0.1, true);
  ASSERT_TRUE(found && found->size() == 1);
  EXPECT_EQ(found->front().of, "connections");
}

TEST(LeaksTest, TheFirstTenthIsLeftOutWithoutAWarmUp) {
  // It jumps at once, and then grows by 4 MB, which is little.
  const auto jump = service(100, [](int i) { return i < 8 ? 10.0 : 100 + 0.04 * i; });
  EXPECT_EQ(leaks(jump, false), 0U);
  EXPECT_FALSE(leaks_of(service(5, [](int) { return 1.0; }), 0.1, false));
}

TEST(LeaksTest, IsAVerdictForEachProcess) {
  const lang::Threshold all{.at = {}, .on = "", .what = "leak", .limit = 0.1, .text = "10%"};
  const lang::Threshold of_api{.at = {}, .on = "api", .what = "leak", .limit = 9, .text = "900%"};
  const auto leaking = service(60, [](int i) { return 50 + 0.5 * i; });
  auto verdicts = judge_leaks({all}, {leaking}, true);
  ASSERT_EQ(verdicts.size(), 1U);
  EXPECT_EQ(verdicts[0].on, "api");
  EXPECT_FALSE(verdicts[0].held);
  EXPECT_TRUE(verdicts[0].measured);
  EXPECT_TRUE(verdicts[0].actual.starts_with("growing: memory by 1.8 GB an hour (±"))
      << verdicts[0].actual;
  verdicts = judge_leaks({of_api, all}, {leaking}, true);
  EXPECT_TRUE(verdicts.at(0).held);
  EXPECT_EQ(verdicts.at(0).actual, "steady");
  EXPECT_TRUE(judge_leaks({}, {leaking}, true).empty());
  EXPECT_FALSE(judge_leaks({all}, {}, true).at(0).held);
  EXPECT_FALSE(judge_leaks({all}, {service(3, [](int) { return 1.0; })}, true).at(0).measured);
}

}  // namespace
}  // namespace peregrine::trial
