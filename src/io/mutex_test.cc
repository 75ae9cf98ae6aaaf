#include "io/mutex.h"

#include <gtest/gtest.h>

#include "io/scope.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;

struct Seen {
  int inside = 0;
  int most = 0;
  int done = 0;
  int late = 0;
};

Task<void> use(Loop& loop, Mutex& mutex, Seen& seen, base::Duration wait, base::Duration hold) {
  auto turn = co_await mutex.lock(loop.in(wait));
  if (!turn) {
    ++seen.late;
    co_return;
  }
  seen.most = std::max(seen.most, ++seen.inside);
  (void)co_await loop.sleep(hold);
  --seen.inside;
  ++seen.done;
}

Task<void> use_all(Loop& loop, Mutex& mutex, Seen& seen) {
  Scope scope(loop);
  for (int i = 0; i < 5; ++i) scope.spawn(use(loop, mutex, seen, 5s, 1ms));
  EXPECT_TRUE(co_await scope.join(loop.in(5s)));
}

TEST(MutexTest, LetsOneInAtATime) {
  auto loop = *Loop::create();
  Mutex mutex(*loop);
  Seen seen;
  loop->run(use_all(*loop, mutex, seen));
  EXPECT_EQ(seen.most, 1);
  EXPECT_EQ(seen.done, 5);
}

Task<void> give_up(Loop& loop, Mutex& mutex, Seen& seen) {
  Scope scope(loop);
  scope.spawn(use(loop, mutex, seen, 5s, 30ms));
  scope.spawn(use(loop, mutex, seen, 1ms, 1ms));
  scope.spawn(use(loop, mutex, seen, 5s, 1ms));
  EXPECT_TRUE(co_await scope.join(loop.in(5s)));
}

TEST(MutexTest, WhoGivesUpDoesNotKeepOthersOut) {
  auto loop = *Loop::create();
  Mutex mutex(*loop);
  Seen seen;
  loop->run(give_up(*loop, mutex, seen));
  EXPECT_EQ(seen.late, 1);
  EXPECT_EQ(seen.done, 2);
}

}  // namespace
}  // namespace peregrine::io
