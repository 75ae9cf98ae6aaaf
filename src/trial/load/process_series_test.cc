#include "trial/load/process_series.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

using namespace std::chrono_literals;
using record::LoadObserved;

system::Resources taken(base::Duration cpu, uint64_t memory, uint64_t descriptors = 10) {
  return {
      .cpu = cpu, .memory_bytes = memory, .threads = 4, .processes = 1, .descriptors = descriptors};
}

TEST(ProcessSeriesTest, TellsTheShareOfAProcessor) {
  ProcessSeries series("api", "service");
  EXPECT_FALSE(series.figure("cpu"));
  EXPECT_FALSE(series.figure("memory"));
  series.add(0s, taken(10s, 50'000'000));
  EXPECT_FALSE(series.figure("cpu"));
  series.add(1s, taken(10s + 500ms, 70'000'000));
  series.add(2s, taken(11s + 500ms, 60'000'000));
  EXPECT_DOUBLE_EQ(series.figure("cpu").value(), 0.75);
  EXPECT_EQ(series.figure("memory"), 70'000'000U);
  const LoadObserved::Process told = series.tell();
  ASSERT_EQ(told.points.size(), 3U);
  EXPECT_DOUBLE_EQ(told.points[1].cpu, 0.5);
  EXPECT_DOUBLE_EQ(told.points[2].cpu, 1.0);
  EXPECT_EQ(told.cpu, 1500ms);
  EXPECT_TRUE(told.growth.empty());
}

TEST(ProcessSeriesTest, ALongLoadHasNoMorePoints) {
  ProcessSeries series("api", "service");
  for (int i = 0; i <= 5000; ++i) {
    series.add(i * 1s, taken(i * 250ms, i == 1234 ? 90'000'000 : 50'000'000));
  }
  const LoadObserved::Process told = series.tell();
  EXPECT_LT(told.points.size(), LoadObserved::Process::kMostPoints);
  EXPECT_GT(told.points.size(), LoadObserved::Process::kMostPoints / 4);
  EXPECT_EQ(told.points.front().at, 0s);
  EXPECT_EQ(told.points.back().at, 5000s);
  EXPECT_EQ(series.figure("memory"), 90'000'000U);
  base::Duration sum{};
  for (const auto& point : told.points) {
    sum += point.length;
    if (point.length > 0s) EXPECT_NEAR(point.cpu, 0.25, 1e-9);
  }
  EXPECT_EQ(sum, 5000s);
  EXPECT_TRUE(told.growth.empty());
}

TEST(ProcessSeriesTest, TellsWhatWentOverTheNetwork) {
  ProcessSeries series("api", "service");
  EXPECT_FALSE(series.figure("received"));
  const auto add = [&](base::Duration at, const system::Traffic& traffic) {
    system::Resources now = taken(0s, 50'000'000);
    now.network = traffic;
    series.add(at, now);
  };
  add(0s, {.received_bytes = 100, .sent_bytes = 0, .connections = 2});
  EXPECT_FALSE(series.figure("received"));
  EXPECT_EQ(series.figure("connections"), 2U);
  for (int i = 1; i <= 1000; ++i) {
    const auto second = static_cast<uint64_t>(i);
    add(i * 1s, {.received_bytes = 100 + 10 * second,
                 .sent_bytes = 3000 * second,
                 .retransmitted = second,
                 .opened = 2 * second,
                 .connections = i == 700 ? 9U : 3U});
  }
  EXPECT_DOUBLE_EQ(series.figure("received").value(), 10);
  EXPECT_DOUBLE_EQ(series.figure("sent").value(), 3000);
  EXPECT_DOUBLE_EQ(series.figure("connections").value(), 9);
  const LoadObserved::Process told = series.tell();
  EXPECT_EQ(told.network.value().received_bytes, 10'000U);
  EXPECT_EQ(told.network->retransmitted, 1000U);
  EXPECT_EQ(told.network->opened, 2000U);
  uint64_t sent = 0, most = 0;
  for (const auto& point : told.points) {
    sent += point.network.value().sent_bytes;
    most = std::max(most, point.network->connections);
  }
  EXPECT_EQ(sent, 3'000'000U);
  EXPECT_EQ(most, 9U);
  EXPECT_EQ(series.tell_now().network.value().sent_bytes, 3'000'000U);
  // From then on not all of it is known.
  series.add(1001s, taken(0s, 50'000'000));
  EXPECT_FALSE(series.figure("sent"));
  EXPECT_FALSE(series.tell().network);
}

TEST(ProcessSeriesTest, TellsWhatGrows) {
  ProcessSeries series("api", "service");
  for (int i = 0; i <= 120; ++i) {
    const auto noise = static_cast<uint64_t>(i * 7919 % 13) * 100'000;
    const auto open = static_cast<uint64_t>(i / 10);
    series.add(i * 1s, taken(0s, 50'000'000 + static_cast<uint64_t>(i) * 100'000 + noise, open));
  }
  const auto told = series.tell();
  ASSERT_EQ(told.growth.size(), 2U);
  EXPECT_EQ(told.growth[0].of, "memory");
  EXPECT_NEAR(told.growth[0].per_minute, 6e6, 0.2e6);
  EXPECT_LT(told.growth[0].margin, 0.3e6);
  EXPECT_NEAR(told.growth[0].grown, 12e6, 0.4e6);
  EXPECT_EQ(told.growth[1].of, "descriptors");
}

// A pool that fills up by a little is no leak; nor is what cannot be told from noise.
TEST(ProcessSeriesTest, SaysNothingOfALittle) {
  ProcessSeries series("api", "service");
  for (int i = 0; i <= 120; ++i) {
    series.add(i * 1s, taken(0s, 50'000'000 + static_cast<uint64_t>(i) * 4'000,
                             10 + static_cast<uint64_t>(i / 60)));
  }
  EXPECT_TRUE(series.tell().growth.empty());
}

}  // namespace
}  // namespace peregrine::trial
