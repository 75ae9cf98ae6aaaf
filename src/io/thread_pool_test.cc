#include "io/thread_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using base::Result;

class ThreadPoolTest : public testing::Test {
 protected:
  void make(ThreadPoolLimits limits) { pool_ = std::make_unique<ThreadPool>(*loop_, limits); }
  // Lets the loop work until it holds.
  template <class Condition>
  void until(Condition holds) {
    while (!holds()) loop_->run(loop_->sleep(100us)).value();
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Scope> scope_ = std::make_unique<Scope>(*loop_);
};

TEST_F(ThreadPoolTest, GivesWhatAFunctionGives) {
  ThreadPool& pool = loop_->pool();
  const auto caller = std::this_thread::get_id();
  auto id = loop_->run(pool.run([] { return std::this_thread::get_id(); }, Deadline::never()));
  ASSERT_TRUE(id);
  EXPECT_NE(*id, caller);
  Result<std::string> text = loop_->run(
      pool.run([]() -> Result<std::string> { return base::fail(Code::not_found, "no such file"); },
               Deadline::never()));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().text, "no such file");
  std::atomic<bool> ran = false;
  Result<> nothing = loop_->run(pool.run([&ran] { ran = true; }, Deadline::never()));
  EXPECT_TRUE(nothing && ran);
  EXPECT_EQ(pool.busy(), 0U);
  EXPECT_EQ(frames::alive(), 0U);
}

Task<void> square(ThreadPool& pool, int n, std::atomic<int>& at_once, std::atomic<int>& most,
                  int64_t& sum) {
  Result<int> squared = co_await pool.run(
      [n, &at_once, &most] {
        most = std::max(most.load(), ++at_once);
        std::this_thread::yield();
        --at_once;
        return n * n;
      },
      Deadline::never());
  sum += squared.value();
}

Task<Result<>> wait_all(Scope& scope) { co_return co_await scope.join(scope.loop().in(20s)); }

TEST_F(ThreadPoolTest, MoreFunctionsThanItHoldsWaitForRoom) {
  make({.threads = 2, .waiting = 3});
  std::atomic<int> at_once = 0;
  std::atomic<int> most = 0;
  int64_t sum = 0;
  for (int n = 0; n < 200; ++n) scope_->spawn(square(*pool_, n, at_once, most, sum));
  ASSERT_TRUE(loop_->run(wait_all(*scope_)));
  EXPECT_EQ(sum, 199 * 200 * 399 / 6);
  EXPECT_LE(most, 2);
}

// A function that blocks until it is let go, and holds something.
struct Block {
  std::atomic<bool> begun = false;
  std::latch go{1};
  std::shared_ptr<int> held = std::make_shared<int>(1);

  auto function() {
    return [this, kept = held] {
      begun = true;
      go.wait();
      return *kept;
    };
  }
};

Task<void> run_into(ThreadPool& pool, std::function<int()> function, Deadline deadline,
                    Result<int>& out) {
  out = co_await pool.run(std::move(function), deadline);
}

TEST_F(ThreadPoolTest, WhoGivesUpLeavesTheThreadWhatItUses) {
  make({.threads = 1});
  Block block;
  std::weak_ptr<int> held = block.held;
  Result<int> out;
  scope_->spawn(run_into(*pool_, block.function(), Deadline::never(), out));
  until([&] { return block.begun.load(); });
  scope_.reset();
  block.held.reset();
  EXPECT_FALSE(held.expired());
  EXPECT_EQ(pool_->busy(), 1U);
  block.go.count_down();
  until([&] { return pool_->busy() == 0; });
  EXPECT_TRUE(held.expired());
}

TEST_F(ThreadPoolTest, AWaitForAThreadHasADeadline) {
  make({.threads = 1, .waiting = 0});
  Block block;
  ASSERT_TRUE(pool_->post(block.function()));
  Result<int> out = loop_->run(pool_->run([] { return 1; }, loop_->in(1ms)));
  block.go.count_down();
  until([&] { return pool_->busy() == 0; });
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::timeout);
}

TEST_F(ThreadPoolTest, WhatWasGivenUpBeforeItBeganIsNotRun) {
  make({.threads = 1, .waiting = 1});
  Block block;
  std::atomic<bool> ran = false;
  Result<int> first;
  Result<int> second;
  scope_->spawn(run_into(*pool_, block.function(), Deadline::never(), first));
  until([&] { return block.begun.load(); });
  {
    Scope given_up(*loop_);
    given_up.spawn(run_into(*pool_, [&ran] { return ran = true; }, Deadline::never(), second));
    until([&] { return pool_->busy() == 2; });
    EXPECT_EQ(pool_->post([] {}).error().code, Code::limit);
    given_up.cancel({Code::cancelled, "not needed"});
    ASSERT_TRUE(loop_->run(wait_all(given_up)));
    EXPECT_EQ(second.error().text, "not needed");
    EXPECT_EQ(pool_->busy(), 1U);
    given_up.spawn(run_into(*pool_, [&ran] { return ran = true; }, Deadline::never(), second));
    loop_->run(loop_->sleep(1ms)).value();
  }  // destroyed while it waits, or before it came to that
  EXPECT_EQ(pool_->busy(), 1U);
  block.go.count_down();
  ASSERT_TRUE(loop_->run(wait_all(*scope_)));
  EXPECT_EQ(first.value(), 1);
  EXPECT_FALSE(ran);
}

TEST_F(ThreadPoolTest, ItsEndWaitsForWhatRunsAndDropsTheRest) {
  make({.threads = 1});
  std::atomic<int> ended = 0;
  auto both = std::make_shared<std::latch>(2);
  ASSERT_TRUE(pool_->post([&ended, both] {
    both->arrive_and_wait();
    std::this_thread::yield();
    ++ended;
  }));
  both->arrive_and_wait();
  auto held = std::make_shared<int>(1);
  ASSERT_TRUE(pool_->post([&ended, held] { ended += 100 * *held; }));
  pool_.reset();
  EXPECT_EQ(ended % 100, 1);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace peregrine::io
