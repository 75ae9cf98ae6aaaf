// The event loop: one thread, epoll, coroutines.
//
// Everything that waits does it through one primitive: a Signal, which wakes whoever waits for it.
// A wait ends in one of three ways: notified, its deadline passed (Code::timeout), or its strand
// was cancelled (the error it was cancelled with). Woken tasks run in the order they were woken, on
// the loop's own stack, so nothing is ever resumed from inside somebody else's call.
//
// A simulated loop is the same for those who wait, without a kernel: it has no descriptors, only
// streams in memory. Its clock stands while anything is ready and then jumps to the next deadline;
// what is ready runs in an order that a seed decides, not in that in which it was woken; a stream
// in memory gives its bytes in pieces that the seed decides too. The same seed gives the same
// again.
//
// Threads: a Loop and all that hangs on it belong to one thread.
#pragma once

#include <coroutine>
#include <list>
#include <memory>
#include <optional>
#include <span>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "io/task.h"
#include "io/timers.h"

namespace peregrine::io {

class Loop;
class Signal;
class ThreadPool;
class Watch;

// The latest instant at which a wait may still succeed.
struct Deadline {
  base::Instant at = base::Instant::max();
  static Deadline never() { return {}; }
  static Deadline earlier(Deadline a, Deadline b) { return a.at < b.at ? a : b; }
};

namespace detail {

// An entry of the loop's queue of things to run. Leaves the queue when destroyed.
class Runnable {
 public:
  Runnable() = default;
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;
  virtual ~Runnable() { unqueue(); }
  virtual void run() = 0;

 protected:
  bool queued() const { return next_ != nullptr; }
  void unqueue();

 private:
  friend class peregrine::io::Loop;
  friend class RunQueue;
  Runnable* next_ = nullptr;
  Runnable* previous_ = nullptr;
};

class RunQueue final : Runnable {
 public:
  RunQueue();
  ~RunQueue() override;
  bool empty() const;
  void push(Runnable& entry);
  Runnable& pop();
  // All that another has, which is empty then. REQUIRES: this one is empty.
  void take_all(RunQueue& other);
  // Any of them. REQUIRES: not empty.
  Runnable& pop_any(base::Random& choices);

 private:
  void run() override {}
};

}  // namespace detail

// A chain of tasks with one root; what Scope::spawn starts. Can be cancelled as a whole.
class Strand final : detail::Runnable {
 public:
  Strand(Loop& loop, Task<void> task);
  ~Strand() override;

  // Every wait of the chain, the present one and all to come, ends with this error.
  void cancel(base::Error reason);
  const std::optional<base::Error>& cancelled() const { return cancelled_; }
  bool finished() const { return finished_; }

 private:
  friend class Scope;
  friend class Loop;
  friend class Waiter;
  friend void detail::strand_finished(Strand& strand) noexcept;
  void start();
  void run() override;

  Loop& loop_;
  Task<void> task_;
  class Waiter* waiting_ = nullptr;
  std::optional<base::Error> cancelled_;
  Deadline deadline_;  // of every wait of the chain
  bool started_ = false;
  bool finished_ = false;
  class Scope* scope_ = nullptr;
  std::list<std::unique_ptr<Strand>>::iterator place_{};  // in the scope
};

// One wait, as an awaitable. Lives in the frame of the coroutine that waits.
class [[nodiscard]] Waiter final : detail::Runnable, detail::Timer {
 public:
  Waiter(Loop& loop, Signal* signal, Deadline deadline)
      : Timer(deadline.at), loop_(loop), signal_(signal) {}
  // Waits for nothing but its turn in this queue.
  Waiter(Loop& loop, detail::RunQueue& queue)
      : Timer(Deadline::never().at), loop_(loop), signal_(nullptr), queue_(&queue) {}
  ~Waiter() override { detach(); }

  bool await_ready() noexcept { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> handle) {
    return suspend(handle, handle.promise().strand);
  }
  base::Result<> await_resume();

 private:
  friend class Loop;
  friend class Signal;
  friend class Strand;
  enum class Wake { pending, notified, timeout, cancelled };

  bool suspend(std::coroutine_handle<> handle, Strand* strand);
  void wake(Wake how);
  void detach();
  void run() override { handle_.resume(); }

  Loop& loop_;
  Signal* signal_;
  detail::RunQueue* queue_ = nullptr;
  std::coroutine_handle<> handle_;
  Strand* strand_ = nullptr;
  Waiter* next_ = nullptr;  // in the signal's list
  Waiter* previous_ = nullptr;
  Wake how_ = Wake::pending;
};

// What tasks wait for. Has no memory: a notification with nobody waiting is lost, so a waiter looks
// at its condition first and again after each wake-up.
class Signal {
 public:
  explicit Signal(Loop& loop) : loop_(loop) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  // REQUIRES: nobody waits any more.
  ~Signal();

  Waiter wait(Deadline deadline) { return Waiter(loop_, this, deadline); }
  void notify_all();
  void notify_one();
  bool awaited() const { return first_ != nullptr; }

 private:
  friend class Loop;
  friend class Waiter;
  Loop& loop_;
  Waiter* first_ = nullptr;
  Waiter* last_ = nullptr;
};

class Loop {
 public:
  static base::Result<std::unique_ptr<Loop>> create();
  // Its clock begins at the same instant for all. That every task waits without a deadline, and so
  // nothing can happen any more, is a bug there. So is a Watch, a Socket for example.
  static std::unique_ptr<Loop> simulated(uint64_t seed);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  // The time of this turn: read once per turn, so cheap and the same for all that run in it.
  base::Instant now() const { return now_; }
  // The time of day of that, by the machine's clock: looked at once in a turn in which it is asked.
  base::WallTime wall_now();
  // Never, for what is as good as never.
  Deadline in(base::Duration span) const {
    return Deadline{span < base::Instant::max() - now_ ? now_ + span : base::Instant::max()};
  }

  // Ends in success when the span has passed; fails when cancelled, or at its scope's deadline.
  Task<base::Result<>> sleep(base::Duration span);

  // Lets everything else that is ready run first. For whoever may always have more to do: a loop
  // over what a fast peer sends would otherwise keep the thread to itself. Fails when cancelled.
  Waiter yield() { return {*this, ready_}; }

  // Lets everything else run first that this turn still has; then those who wait here go one after
  // the other. For what many do alike, and costs less in a row: who sends again and again with
  // nothing between wakes the other side once for all, and the kernel's code stays in the caches of
  // the processor. A simulated loop has no turns: it is a yield there. Fails when cancelled.
  Waiter last() { return {*this, is_simulated() ? ready_ : last_}; }

  // Lets everything else run first that is ready, and that the kernel tells of; one task a turn
  // then has its turn. For what is in no hurry, while others read what thousands of sockets bring.
  // Fails with Code::timeout at the deadline, by which it has not been idle, and when cancelled.
  Waiter idle(Deadline deadline) { return Waiter(*this, &idle_, deadline); }

  // A wait whose instant is nearer than this is waited for by looking again and again, which costs
  // a processor and wakes in time: for whoever paces. Where the system wakes later than that from
  // a sleep, it becomes as much longer as all but one sleep of a thousand need, up to 200 µs. None
  // unless it is said.
  void spin_before(base::Duration least) { spin_ = least_spin_ = least; }
  bool paces() const { return spin_ > base::Duration::zero(); }
  // How long it has looked so and found nothing: time of the processor that was no work. Looks that
  // were interrupted do not count.
  base::Duration spun() const { return spun_; }

  bool is_simulated() const { return choices_.has_value(); }
  // One of 1 … n: by the seed of a simulated loop, else n. REQUIRES: n > 0.
  size_t up_to(size_t n) { return choices_ ? 1 + choices_->below(n) : n; }

  // For what would block (thread_pool.h). Its threads start when they are first needed.
  ThreadPool& pool();

  // Plays the loop until the task has ended, and gives its result.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    run_root(store(std::move(task), result));
    return std::move(*result);
  }
  void run(Task<void> task) { run_root(std::move(task)); }

 private:
  friend class Waiter;
  friend class Strand;
  friend class Watch;
  friend class Signal;
  Loop(int epoll, base::Instant now);

  template <class T>
  static Task<void> store(Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  void run_root(Task<void> task);
  void turn();
  void simulated_turn();
  size_t poll(base::Duration at_most);
  size_t wait_for_next();
  void learn_from_wait(base::Duration longer);
  static void fetch_ahead(std::span<Watch*> watches);
  void wake_due_timers();

  int epoll_;           // -1 for a simulated loop
  size_t watched_ = 0;  // descriptors
  std::optional<base::Random> choices_;
  base::Instant now_;
  base::WallTime wall_now_{};
  base::Instant wall_read_at_{};  // the turn in which it was
  base::Duration spin_{};
  base::Duration least_spin_{};
  base::Duration spun_{};
  detail::Timers timers_;
  detail::RunQueue ready_;
  detail::RunQueue last_;  // of a turn
  Signal idle_;
  std::unique_ptr<ThreadPool> pool_;
};

// Reads in a row after which a reader lets others run.
inline constexpr unsigned kBusyReads = 64;

// A file descriptor that the loop watches: registered once, edge-triggered. Owns the descriptor.
class Watch {
 public:
  // REQUIRES: `fd` is non-blocking and can be polled.
  Watch(Loop& loop, int fd);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  int fd() const { return fd_; }
  Loop& loop() { return loop_; }

  // May be more to read or room to write, as far as the last event or system call told.
  bool can_read = false;
  bool can_write = true;
  // Reads since a task last waited; see kBusyReads.
  unsigned busy_reads = 0;
  bool hung_up = false;  // the peer's end, or an error, is there to be read: no further event comes
  Signal readable;
  Signal writable;

 private:
  friend class Loop;
  void fire(uint32_t events);

  Loop& loop_;
  int fd_;
};

}  // namespace peregrine::io
