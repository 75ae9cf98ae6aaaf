#include "io/loop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "io/scope.h"
#include "io/socket.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using base::Result;

class LoopTest : public testing::Test {
 protected:
  std::unique_ptr<Loop> owned_ = *Loop::create();
  Loop& loop_ = *owned_;
  void TearDown() override { EXPECT_EQ(frames::alive(), 0U); }
};

Task<int> add(int a, int b) { co_return a + b; }
Task<int> add_thrice(int a) {
  const int b = co_await add(a, a);
  co_return co_await add(b, a);
}

TEST_F(LoopTest, RunsNestedTasks) { EXPECT_EQ(loop_.run(add_thrice(7)), 21); }

Task<void> note_after(Loop& loop, base::Duration span, int id, std::vector<int>& order) {
  if (co_await loop.sleep(span)) order.push_back(id);
}

Task<void> sleep_side_by_side(Loop& loop, std::vector<int>& order) {
  Scope scope(loop);
  for (int id : {3, 1, 2, 5, 4}) scope.spawn(note_after(loop, id * 1ms, id, order));
  (void)co_await scope.join(Deadline::never());
}

TEST_F(LoopTest, WakesSleepersInTheOrderOfTheirDeadlines) {
  std::vector<int> order;
  loop_.run(sleep_side_by_side(loop_, order));
  EXPECT_EQ(order, (std::vector{1, 2, 3, 4, 5}));
}

Task<void> note_when_idle(Loop& loop, Deadline deadline, int id, std::vector<int>& order) {
  (void)co_await loop.idle(deadline);
  order.push_back(id);
}

Task<void> note_after_turns(Loop& loop, int turns, int id, std::vector<int>& order) {
  for (int i = 0; i < turns; ++i) (void)co_await loop.yield();
  order.push_back(id);
}

Task<void> be_busy_and_idle(Loop& loop, std::vector<int>& order) {
  Scope scope(loop);
  scope.spawn(note_when_idle(loop, loop.in(5s), 3, order));
  scope.spawn(note_when_idle(loop, loop.in(5s), 4, order));
  scope.spawn(note_after_turns(loop, 1, 1, order));
  scope.spawn(note_after_turns(loop, 100, 2, order));
  (void)co_await scope.join(Deadline::never());
}

TEST_F(LoopTest, WhatWaitsForIdlenessComesBehindAllThatIsReady) {
  std::vector<int> order;
  loop_.run(be_busy_and_idle(loop_, order));
  EXPECT_EQ(order, (std::vector{1, 2, 3, 4}));
}

TEST(SimulatedLoop, IsIdleBeforeItsClockJumps) {
  const auto loop = Loop::simulated(7);
  const base::Instant begin = loop->now();
  std::vector<int> order;
  loop->run(be_busy_and_idle(*loop, order));
  // Which of the two is first the seed decides.
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(order[0], 1);
  EXPECT_EQ(order[1], 2);
  EXPECT_EQ(loop->now(), begin);
}

Task<void> be_never_idle(Loop& loop, std::vector<int>& order, bool& timed_out) {
  Scope scope(loop);
  scope.spawn(note_after_turns(loop, 1'000'000, 1, order));
  const Result<> idle = co_await loop.idle(loop.in(1ms));
  timed_out = !idle && idle.error().code == Code::timeout;
  scope.cancel(Error{Code::cancelled, "the test is over"});
  (void)co_await scope.join(Deadline::never());
}

TEST_F(LoopTest, AWaitForIdlenessEndsAtItsDeadline) {
  std::vector<int> order;
  bool timed_out = false;
  loop_.run(be_never_idle(loop_, order, timed_out));
  EXPECT_TRUE(timed_out);
}

Task<void> note_last(Loop& loop, int id, std::vector<int>& order) {
  (void)co_await loop.last();
  order.push_back(id);
}

Task<void> go_last(Loop& loop, int turns, std::vector<int>& order) {
  Scope scope(loop);
  scope.spawn(note_last(loop, 1, order));
  scope.spawn(note_last(loop, 2, order));
  scope.spawn(note_after_turns(loop, turns, 3, order));
  (void)co_await scope.join(Deadline::never());
}

TEST_F(LoopTest, WhoGoesLastComesBehindAllThatTheTurnHas) {
  std::vector<int> order;
  loop_.run(go_last(loop_, 3, order));
  EXPECT_EQ(order, (std::vector{3, 1, 2}));
}

TEST_F(LoopTest, WhoGoesLastIsNotKeptWaitingByWhoIsAlwaysReady) {
  std::vector<int> order;
  loop_.run(go_last(loop_, 1'000, order));
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(SimulatedLoop, LetsAllHaveTheirTurnWhoGoLast) {
  const auto loop = Loop::simulated(7);
  std::vector<int> order;
  loop->run(go_last(*loop, 3, order));
  EXPECT_EQ(order.size(), 3U);
}

Task<void> go_last_twice(Loop& loop, std::vector<int>& order) {
  co_await note_last(loop, 1, order);
  co_await note_last(loop, 2, order);
}

// Nothing else is awaited: the loop does not sleep.
TEST_F(LoopTest, WhoGoesLastMayDoSoAgain) {
  std::vector<int> order;
  loop_.run(go_last_twice(loop_, order));
  EXPECT_EQ(order, (std::vector{1, 2}));
}

Task<void> give_up_who_goes_last(Loop& loop, std::vector<int>& order) {
  {
    Scope scope(loop);
    scope.spawn(note_last(loop, 1, order));
    (void)co_await loop.yield();
  }
  (void)co_await loop.last();
}

TEST_F(LoopTest, ADestroyedScopeTakesOutWhoGoesLast) {
  std::vector<int> order;
  loop_.run(give_up_who_goes_last(loop_, order));
  EXPECT_TRUE(order.empty());
}

TEST_F(LoopTest, TellsTheTimeOfDayOfItsTurn) {
  const auto in_turns = [](Loop& loop) -> Task<void> {
    const base::WallTime first = loop.wall_now();
    EXPECT_LE(first, base::wall_now());
    EXPECT_EQ(loop.wall_now(), first);
    (void)co_await loop.sleep(2ms);
    EXPECT_GE(loop.wall_now(), first + 1ms);  // it may be slewed
  };
  loop_.run(in_turns(loop_));
}

Task<void> cancel_soon(Loop& loop, Task<void> task) {
  Scope scope(loop);
  scope.spawn(std::move(task));
  (void)co_await loop.yield();
  scope.cancel(Error{Code::cancelled, "the test is over"});
  (void)co_await scope.join(Deadline::never());
}

Task<void> go_last_once(Loop& loop, Result<>& out) { out = co_await loop.last(); }

TEST_F(LoopTest, WhoGoesLastIsToldThatHeIsCancelled) {
  Result<> out;
  loop_.run(cancel_soon(loop_, go_last_once(loop_, out)));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().text, "the test is over");
}

Task<void> wait_for(Signal& signal, Deadline deadline, Result<>& out) {
  out = co_await signal.wait(deadline);
}

TEST_F(LoopTest, CancellationReachesTheWaiterWithItsReason) {
  Result<> out;
  Signal never(loop_);
  loop_.run(cancel_soon(loop_, wait_for(never, Deadline::never(), out)));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().text, "the test is over");
}

Task<void> give_up_a_scope(Loop& loop, Result<>& out) {
  Signal never(loop);
  Scope scope(loop);
  scope.spawn(wait_for(never, Deadline::never(), out));
  (void)co_await loop.sleep(1ms);
}

TEST_F(LoopTest, ADestroyedScopeTakesItsTasksOutOfWhatTheyWaitFor) {
  Result<> out;
  loop_.run(give_up_a_scope(loop_, out));
  EXPECT_TRUE(out);
}

Task<Result<>> wait_in_vain(Loop& loop) {
  Signal never(loop);
  co_return co_await never.wait(loop.in(2ms));
}

TEST_F(LoopTest, AWaitEndsAtItsDeadline) {
  Result<> out = loop_.run(wait_in_vain(loop_));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::timeout);
}

Task<void> echo_once(Listener& listener) {
  Result<Socket> peer = co_await listener.accept(Deadline::never());
  if (!peer) co_return;
  std::vector<char> buffer(1 << 16);
  for (;;) {
    Result<size_t> n = co_await peer->receive(buffer, Deadline::never());
    if (!n || *n == 0) break;
    if (!co_await peer->send({buffer.data(), *n}, Deadline::never())) break;
  }
}

Task<Result<size_t>> send_and_count(Loop& loop, Listener& listener, std::string_view bytes) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, listener.address(), loop.in(5s)));
  Scope scope(loop);
  scope.spawn([](Socket& s, std::string_view all) -> Task<void> {
    (void)co_await s.send(all, Deadline::never());
    (void)co_await s.finish_sending(Deadline::never());
  }(socket, bytes));
  size_t total = 0;
  std::vector<char> buffer(5000);
  for (;;) {
    CO_TRY(const size_t n, co_await socket.receive(buffer, loop.in(5s)));
    if (n == 0) break;
    total += n;
  }
  co_return total;
}

Task<Result<size_t>> echo_through(Loop& loop, const Address& at, std::string_view bytes) {
  CO_TRY(Listener listener, Listener::open(loop, at));
  Scope scope(loop);
  scope.spawn(echo_once(listener));
  co_return co_await send_and_count(loop, listener, bytes);
}

TEST_F(LoopTest, ASocketCarriesMoreThanItsBuffersBothWays) {
  const std::string bytes(20'000'000, 'x');
  Result<size_t> total = loop_.run(echo_through(loop_, {"127.0.0.1", 0, ""}, bytes));
  ASSERT_TRUE(total) << total.error().to_string();
  EXPECT_EQ(*total, bytes.size());
}

Task<Result<>> connect_to(Loop& loop, Address to) {
  CO_TRY(Socket socket, co_await Socket::connect(loop, to, loop.in(1s)));
  co_return Result<>{};
}

TEST_F(LoopTest, ARefusedConnectionSaysWhere) {
  Result<> out = loop_.run(connect_to(loop_, {"127.0.0.1", 1, ""}));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::refused);
  EXPECT_NE(out.error().text.find("127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace peregrine::io
