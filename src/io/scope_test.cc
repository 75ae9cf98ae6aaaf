#include "io/scope.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "io/no_frames_left.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using base::Result;

class ScopeTest : public testing::Test {
 protected:
  std::unique_ptr<Loop> owned_ = Loop::simulated(1);
  Loop& loop_ = *owned_;
};

Task<void> sleep_long(Loop& loop, Result<>& out) { out = co_await loop.sleep(1h); }

Task<void> cancel_twice(Loop& loop, Result<>& running, Result<>& late) {
  Scope scope(loop);
  scope.spawn(sleep_long(loop, running));
  (void)co_await loop.sleep(1s);
  scope.cancel({Code::cancelled, "the first reason"});
  scope.cancel({Code::failed, "the second reason"});
  scope.spawn(sleep_long(loop, late));
  EXPECT_TRUE(co_await scope.join(Deadline::never()));
}

TEST_F(ScopeTest, AllItsWaitsEndWithTheFirstReason) {
  Result<> running;
  Result<> late;
  const base::Instant begun = loop_.now();
  loop_.run(cancel_twice(loop_, running, late));
  EXPECT_EQ(running.error().text, "the first reason");
  EXPECT_EQ(late.error().text, "the first reason");
  EXPECT_EQ(loop_.now() - begun, 1s);
}

Task<void> keep_waiting(Loop& loop, int& failed) {
  for (int i = 0; i < 3; ++i) failed += co_await loop.sleep(1s) ? 0 : 1;
  failed += co_await loop.yield() ? 0 : 1;
}

Task<int> cancel_who_goes_on(Loop& loop) {
  int failed = 0;
  Scope scope(loop);
  scope.spawn(keep_waiting(loop, failed));
  (void)co_await loop.sleep(1500ms);
  scope.cancel({Code::cancelled, "enough"});
  (void)co_await scope.join(Deadline::never());
  co_return failed;
}

TEST_F(ScopeTest, WaitsThatFollowFailToo) { EXPECT_EQ(loop_.run(cancel_who_goes_on(loop_)), 3); }

Task<Result<>> join_for(Loop& loop, base::Duration span) {
  Result<> out;
  Scope scope(loop);
  scope.spawn(sleep_long(loop, out));
  Result<> joined = co_await scope.join(loop.in(span));
  EXPECT_EQ(scope.running(), joined ? 0U : 1U);
  co_return joined;
}

TEST_F(ScopeTest, AJoinHasADeadlineAndWhatStillRunsEndsWithTheScope) {
  EXPECT_EQ(loop_.run(join_for(loop_, 1min)).error().code, Code::timeout);
  EXPECT_TRUE(loop_.run(join_for(loop_, 2h)));
}

// A scope in a task of a scope: what ends the outer one takes the inner one with it.
Task<void> nest(Loop& loop, std::string& told) {
  Result<> inner;
  Scope scope(loop);
  scope.spawn(sleep_long(loop, inner));
  Result<> joined = co_await scope.join(Deadline::never());
  told = joined.error().text;
}

Task<std::string> cancel_the_outer(Loop& loop) {
  std::string told;
  Scope scope(loop);
  scope.spawn(nest(loop, told));
  (void)co_await loop.sleep(1s);
  scope.cancel({Code::cancelled, "the outer one ends"});
  EXPECT_TRUE(co_await scope.join(loop.in(1s)));
  co_return told;
}

TEST_F(ScopeTest, CancellationOfAnOuterScopeEndsTheInnerOne) {
  EXPECT_EQ(loop_.run(cancel_the_outer(loop_)), "the outer one ends");
}

Task<void> wait_until(Signal& signal, Deadline deadline, Result<>& out) {
  out = co_await signal.wait(deadline);
}

Task<base::Duration> wait_within(Loop& loop, Deadline of_scope, Deadline of_wait, Result<>& out) {
  Signal never(loop);
  const base::Instant begun = loop.now();
  Scope scope(loop, of_scope);
  scope.spawn(wait_until(never, of_wait, out));
  (void)co_await scope.join(Deadline::never());
  co_return loop.now() - begun;
}

TEST_F(ScopeTest, ADeadlineOfAScopeHoldsForEveryWaitInIt) {
  Result<> out;
  EXPECT_EQ(loop_.run(wait_within(loop_, loop_.in(5s), Deadline::never(), out)), 5s);
  EXPECT_EQ(out.error().code, Code::timeout);
  EXPECT_EQ(loop_.run(wait_within(loop_, loop_.in(5s), loop_.in(1h), out)), 5s);
  EXPECT_EQ(loop_.run(wait_within(loop_, loop_.in(5s), loop_.in(2s), out)), 2s);
  EXPECT_EQ(loop_.run(wait_within(loop_, loop_.in(-1s), loop_.in(2s), out)), 0s);
}

Task<void> sleep_and_say(Loop& loop, base::Duration span, Result<>& out) {
  out = co_await loop.sleep(span);
}

Task<base::Duration> sleep_within(Loop& loop, Deadline of_scope, Result<>& out) {
  const base::Instant begun = loop.now();
  Scope scope(loop, of_scope);
  scope.spawn(sleep_and_say(loop, 10s, out));
  (void)co_await scope.join(Deadline::never());
  co_return loop.now() - begun;
}

TEST_F(ScopeTest, ASleepThatADeadlineCutsShortFails) {
  Result<> out;
  EXPECT_EQ(loop_.run(sleep_within(loop_, loop_.in(4s), out)), 4s);
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::timeout);
  EXPECT_EQ(loop_.run(sleep_within(loop_, loop_.in(10s), out)), 10s);
  EXPECT_TRUE(out);
}

}  // namespace
}  // namespace peregrine::io
