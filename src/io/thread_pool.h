// Threads for what would block the loop: a name lookup, a password's hash, a library that waits.
//
//   CO_TRY(std::string hash,
//          co_await loop.pool().run([=] { return bcrypt(password); }, loop.in(5s)));
//
// Each loop has a pool (Loop::pool); its threads start when they are first needed. The function
// runs on one of them, its result comes back on the loop. It owns what it uses, and lets nothing of
// the loop in: who waits may be gone before it ends, and what it holds is kept until then. It does
// not throw. When the pool ends, what has not begun is dropped and what runs is waited for.
//
// On a simulated loop there are no threads: the function runs on the loop, in its turn.
//
// Threads: a pool belongs to its loop's thread. A process forks (a Reaper starts) before it uses
// one, or while all of it rests (worker.h).
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "io/loop.h"

namespace peregrine::io {

struct ThreadPoolLimits {
  size_t threads = 4;
  size_t waiting = 256;  // functions that have not begun; who comes then waits for room
};

namespace detail {

// What run() gives for what a function gives: a T or a Result<T> becomes a Result<T>.
template <class T>
struct PoolResult {
  using Type = base::Result<T>;
};
template <class T>
struct PoolResult<base::Result<T>> {
  using Type = base::Result<T>;
};

}  // namespace detail

class ThreadPool {
 public:
  explicit ThreadPool(Loop& loop, ThreadPoolLimits limits = {});
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  // REQUIRES: nobody waits for a function any more.
  ~ThreadPool();

  // What the function gives. Fails with Code::timeout or as cancelled: then it may still be run to
  // its end, and nobody gets to know.
  template <class F>
  Task<typename detail::PoolResult<std::invoke_result_t<F&>>::Type> run(F function,
                                                                        Deadline deadline) {
    auto job = std::make_shared<JobOf<F>>(loop_, std::move(function));
    CO_TRY_OK(co_await finish(job, deadline));
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
      co_return base::Result<>{};
    } else {
      co_return std::move(*job->result);
    }
  }

  // Has it run without anybody waiting. Fails with Code::limit when too many wait.
  template <class F>
  base::Result<> post(F function) {
    return enqueue(std::make_shared<JobOf<F>>(loop_, std::move(function)));
  }

  // Functions that have not ended.
  size_t busy() const { return busy_; }

 private:
  struct Job {
    explicit Job(Loop& loop) : finished(loop) {}
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    virtual ~Job() = default;
    virtual void work() = 0;

    Signal finished;
    bool done = false;  // as the loop knows
  };
  template <class F>
  struct JobOf final : Job {
    using Given = std::invoke_result_t<F&>;
    JobOf(Loop& loop, F its_function) : Job(loop), function(std::move(its_function)) {}
    void work() override {
      if constexpr (std::is_void_v<Given>) {
        function();
      } else {
        result.emplace(function());
      }
    }

    F function;
    std::optional<std::conditional_t<std::is_void_v<Given>, bool, Given>> result;
  };
  struct Threads;
  class Waiting;

  Task<base::Result<>> finish(std::shared_ptr<Job> job, Deadline deadline);
  base::Result<> enqueue(std::shared_ptr<Job> job);
  void give_up(const Job& job);
  void collect();
  Task<void> collect_all();

  Loop& loop_;
  ThreadPoolLimits limits_;
  size_t busy_ = 0;
  size_t awaited_ = 0;
  Signal room_;
  std::unique_ptr<Threads> threads_;  // none before the first job
};

}  // namespace peregrine::io
