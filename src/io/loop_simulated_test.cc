#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "io/memory_stream.h"
#include "io/scope.h"
#include "io/thread_pool.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

class SimulatedLoopTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(frames::alive(), 0U); }
};

Task<void> note(Loop& loop, base::Duration span, char name, std::string& order) {
  if (span > 0ns) (void)co_await loop.sleep(span);
  order += name;
}

Task<std::string> side_by_side(Loop& loop, std::vector<base::Duration> spans) {
  std::string order;
  Scope scope(loop);
  char name = 'a';
  for (const base::Duration span : spans) scope.spawn(note(loop, span, name++, order));
  (void)co_await scope.join(Deadline::never());
  co_return order;
}

std::string order_of(uint64_t seed, std::vector<base::Duration> spans) {
  const std::unique_ptr<Loop> loop = Loop::simulated(seed);
  return loop->run(side_by_side(*loop, std::move(spans)));
}

TEST_F(SimulatedLoopTest, ASeedIsAnOrder) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const std::string order = order_of(seed, {0s, 0s, 0s, 0s});
    EXPECT_EQ(order, order_of(seed, {0s, 0s, 0s, 0s})) << "seed " << seed;
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 24U);
}

TEST_F(SimulatedLoopTest, SleepersOfOneInstantComeInAnyOrderAndOthersInTheirs) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    orders.insert(order_of(seed, {24h, 1s, 1s, 500h}));
  }
  EXPECT_EQ(orders, (std::set<std::string>{"bcad", "cbad"}));
}

Task<base::Duration> year(Loop& loop) {
  const base::Instant begun = loop.now();
  for (int day = 0; day < 365; ++day) (void)co_await loop.sleep(24h);
  co_return loop.now() - begun;
}

TEST_F(SimulatedLoopTest, TimeJumpsWhenNothingIsReady) {
  const std::unique_ptr<Loop> loop = Loop::simulated(1);
  EXPECT_EQ(loop->run(year(*loop)), 24h * 365);
}

Task<Result<>> receive_in_vain(Loop& loop) {
  auto [near, far] = MemoryStream::pair(loop);
  std::vector<char> buffer(1);
  CO_TRY_OK(co_await near->receive(buffer, loop.in(60s)));
  co_return Result<>{};
}

TEST_F(SimulatedLoopTest, AWaitEndsAtItsDeadline) {
  const std::unique_ptr<Loop> loop = Loop::simulated(1);
  const base::Instant begun = loop->now();
  Result<> out = loop->run(receive_in_vain(*loop));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::timeout);
  EXPECT_EQ(loop->now() - begun, 60s);
}

Task<void> send_all(Stream& stream, std::string bytes) {
  (void)co_await stream.send(bytes, Deadline::never());
  (void)co_await stream.finish_sending(Deadline::never());
}

Task<std::vector<size_t>> pieces_of(Loop& loop, std::string bytes) {
  auto [near, far] = MemoryStream::pair(loop, 1000);
  Scope scope(loop);
  scope.spawn(send_all(*near, bytes));
  std::string received;
  std::vector<size_t> pieces;
  std::vector<char> buffer(400);
  while (Result<size_t> n = co_await far->receive(buffer, Deadline::never())) {
    if (*n == 0) break;
    received.append(buffer.data(), *n);
    pieces.push_back(*n);
  }
  EXPECT_EQ(received, bytes);
  (void)co_await scope.join(Deadline::never());
  co_return pieces;
}

TEST_F(SimulatedLoopTest, AStreamComesInPiecesOfAnySize) {
  std::set<size_t> sizes;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::unique_ptr<Loop> loop = Loop::simulated(seed);
    for (const size_t size : loop->run(pieces_of(*loop, std::string(3000, 'a')))) {
      sizes.insert(size);
    }
  }
  EXPECT_TRUE(sizes.contains(1) && sizes.contains(400));
  EXPECT_GT(sizes.size(), 100U);
}

TEST_F(SimulatedLoopTest, WhatWouldBlockRunsOnTheLoop) {
  const std::unique_ptr<Loop> loop = Loop::simulated(1);
  int runs = 0;
  EXPECT_EQ(loop->run(loop->pool().run([&runs] { return ++runs; }, Deadline::never())).value(), 1);
  EXPECT_TRUE(loop->pool().post([&runs] { ++runs; }));
  EXPECT_EQ(runs, 2);
}

Task<void> wait_for_ever(Loop& loop) {
  Signal never(loop);
  (void)co_await never.wait(Deadline::never());
}

TEST_F(SimulatedLoopTest, ThatNothingCanHappenAnyMoreIsABug) {
  EXPECT_DEATH(
      {
        const std::unique_ptr<Loop> loop = Loop::simulated(1);
        loop->run(wait_for_ever(*loop));
      },
      "all tasks of a simulated loop wait for ever");
}

}  // namespace
}  // namespace peregrine::io
