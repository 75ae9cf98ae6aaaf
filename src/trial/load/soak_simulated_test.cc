// Eight hours of a soak on virtual time: what is kept of it does not grow with its length.
#include <gtest/gtest.h>

#include "io/loop.h"
#include "io/scope.h"
#include "trial/load/figures.h"
#include "trial/load/leaks.h"
#include "trial/load/process_series.h"

namespace peregrine::trial {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::Instant;
using record::LoadObserved;

constexpr Duration kLength = 8h;
constexpr uint64_t kUsers = 4;

// What a soak keeps, while simulated users play and simulated services are looked at.
struct Soak {
  explicit Soak(io::Loop& of) : loop(of), begin(of.now()) {
    plan.name = "Soaks";
    plan.steps.resize(1);
    plan.steps[0].sentence = "He looks";
    figures = std::make_unique<Figures>(std::vector<const lang::Plan*>{&plan}, begin, begin,
                                        begin + kLength);
  }

  // Bytes of what is told of it, but for what does not depend on its length.
  size_t told_bytes() const {
    record::LoadResult result;
    figures->tell(result);
    size_t told = result.slices.size() * sizeof(record::LoadSlice);
    for (const record::LoadSlice& slice : result.slices) told += slice.latency.size();
    for (const ProcessSeries* series : {&steady, &leaking}) {
      told += series->tell().points.size() * sizeof(LoadObserved::Point);
    }
    return told;
  }

  io::Loop& loop;
  Instant begin;
  lang::Plan plan;
  std::unique_ptr<Figures> figures;
  ProcessSeries steady{"steady", "service"};
  ProcessSeries leaking{"leaking", "service"};
  std::vector<size_t> bytes;  // after each hour
  bool over = false;
};

io::Task<void> user(Soak& soak, uint64_t number) {
  for (uint64_t play = 0; !soak.over; ++play) {
    const Instant due = soak.loop.now();
    const Duration took = 1ms * (1 + (number * 7 + play * 13) % 10);
    soak.figures->play_begun(due);
    if (!co_await soak.loop.sleep(took)) co_return;
    soak.figures->step_ended(soak.plan.steps[0], {due, due, soak.loop.now(), true},
                             play::Outcome::held);
    soak.figures->play_ended(due, soak.loop.now(), play::Outcome::held, {});
    if (!co_await soak.loop.sleep(1s)) co_return;
  }
}

io::Task<void> watch(Soak& soak) {
  for (int64_t second = 0; second * 1s <= kLength; ++second) {
    const Duration at = second * 1s;
    if (!co_await soak.loop.sleep(soak.begin + at - soak.loop.now())) co_return;
    if (second > 0) soak.figures->close_slice(soak.loop.now());
    const auto noise = static_cast<uint64_t>(second * 7919 % 101) * 20'000;
    const auto leaked = static_cast<uint64_t>(second) * 600;  // 2.2 MB an hour
    const auto taken = [&](uint64_t memory) {
      return system::Resources{.cpu = at / 4,
                               .memory_bytes = memory,
                               .threads = 4,
                               .processes = 1,
                               .descriptors = 10 + static_cast<uint64_t>(second % 5)};
    };
    soak.steady.add(at, taken(100'000'000 + noise));
    soak.leaking.add(at, taken(100'000'000 + noise + leaked));
    if (second > 0 && at % 1h == Duration::zero()) soak.bytes.push_back(soak.told_bytes());
  }
  soak.over = true;
}

io::Task<void> play(Soak& soak) {
  io::Scope scope(soak.loop);
  for (uint64_t i = 0; i < kUsers; ++i) scope.spawn(user(soak, i));
  scope.spawn(watch(soak));
  (void)co_await scope.join(io::Deadline::never());
}

TEST(SoakTest, EightHoursTakeNoMoreRoomThanOne) {
  const auto loop = io::Loop::simulated(1);
  Soak soak(*loop);
  loop->run(play(soak));

  record::LoadResult result;
  soak.figures->tell(result);
  EXPECT_GT(result.ended, 8 * 3600 * kUsers * 95 / 100);
  EXPECT_EQ(result.requests.latency.count(), result.ended);
  EXPECT_LT(result.slices.size(), Slices::kMost);
  EXPECT_GT(result.slices.size(), Slices::kMost / 3);
  uint64_t requests = 0;
  Duration length{};
  for (const record::LoadSlice& slice : result.slices) {
    EXPECT_EQ(slice.begin, length);
    requests += slice.requests;
    length += slice.length;
  }
  EXPECT_EQ(length, kLength);
  EXPECT_GE(requests + kUsers, result.ended);

  ASSERT_EQ(soak.bytes.size(), 8U);
  const size_t most = (Slices::kMost * (sizeof(record::LoadSlice) + 200)) +
                      2 * LoadObserved::Process::kMostPoints * sizeof(LoadObserved::Point);
  for (const size_t bytes : soak.bytes) EXPECT_LT(bytes, most);

  const auto steady = leaks_of(soak.steady.tell(), 0.1, false);
  EXPECT_TRUE(steady && steady->empty());
  const auto leaks = leaks_of(soak.leaking.tell(), 0.1, false);
  ASSERT_TRUE(leaks && leaks->size() == 1);
  EXPECT_EQ(leaks->front().of, "memory");
  EXPECT_NEAR(leaks->front().per_hour, 2.16e6, 0.1e6);
}

}  // namespace
}  // namespace peregrine::trial
