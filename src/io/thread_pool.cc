#include "io/thread_pool.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "io/scope.h"

namespace peregrine::io {

using base::check;
using base::Code;
using base::Result;

// A job goes round:
//
//     loop: enqueue ──▶ queue ──▶ a thread: work ──▶ finished ──▶ loop: collect
//
// The two queues are the threads' and under the mutex; all else is the loop's. A job comes back to
// the loop also when nobody waits for it any more, so that what it holds ends there.
struct ThreadPool::Threads {
  explicit Threads(Loop& loop)
      : event(loop, eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), collecting(loop) {}
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
    }
    wake.notify_all();
    for (std::thread& thread : running) thread.join();
  }

  void start_one();
  void work();

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::deque<std::shared_ptr<Job>> queue;
  std::vector<std::shared_ptr<Job>> finished;

  Watch event;  // written when something is finished
  std::vector<std::thread> running;
  bool collects = false;
  Scope collecting;
};

// Signals are for the loop's thread, which may take them as Interrupts.
void ThreadPool::Threads::start_one() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  running.emplace_back([this] { work(); });
  pthread_setname_np(running.back().native_handle(), "peregrine-pool");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ThreadPool::Threads::work() {
  std::unique_lock lock(mutex);
  for (;;) {
    wake.wait(lock, [this] { return stopping || !queue.empty(); });
    if (stopping) return;
    std::shared_ptr<Job> job = std::move(queue.front());
    queue.pop_front();
    lock.unlock();
    job->work();
    lock.lock();
    finished.push_back(std::move(job));
    eventfd_write(event.fd(), 1);
  }
}

// Stands for one who waits for a job, also when its task is destroyed.
class ThreadPool::Waiting {
 public:
  explicit Waiting(ThreadPool& pool) : pool_(pool) { ++pool_.awaited_; }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    --pool_.awaited_;
    if (job_ && !job_->done) pool_.give_up(*job_);
  }
  void for_job(std::shared_ptr<Job> job) { job_ = std::move(job); }

 private:
  ThreadPool& pool_;
  std::shared_ptr<Job> job_;
};

ThreadPool::ThreadPool(Loop& loop, ThreadPoolLimits limits)
    : loop_(loop), limits_(limits), room_(loop) {
  check(limits.threads > 0, "a pool without threads");
}

ThreadPool::~ThreadPool() { check(awaited_ == 0, "a ThreadPool ends while somebody waits for it"); }

Task<Result<>> ThreadPool::finish(std::shared_ptr<Job> job, Deadline deadline) {
  if (loop_.is_simulated()) {
    CO_TRY_OK(co_await loop_.yield());
    job->work();
    co_return Result<>{};
  }
  Waiting waiting(*this);
  while (busy_ >= limits_.threads + limits_.waiting) CO_TRY_OK(co_await room_.wait(deadline));
  CO_TRY_OK(enqueue(job));
  waiting.for_job(job);
  while (!job->done) CO_TRY_OK(co_await job->finished.wait(deadline));
  co_return Result<>{};
}

Result<> ThreadPool::enqueue(std::shared_ptr<Job> job) {
  if (loop_.is_simulated()) {
    job->work();
    return {};
  }
  if (busy_ >= limits_.threads + limits_.waiting) {
    return base::fail(Code::limit, "{} functions wait for a thread", limits_.waiting);
  }
  if (!threads_) threads_ = std::make_unique<Threads>(loop_);
  if (busy_++ == 0 && !threads_->collects) {
    threads_->collects = true;
    threads_->collecting.spawn(collect_all());
  }
  if (busy_ > threads_->running.size() && threads_->running.size() < limits_.threads) {
    threads_->start_one();
  }
  {
    const std::lock_guard lock(threads_->mutex);
    threads_->queue.push_back(std::move(job));
  }
  threads_->wake.notify_one();
  return {};
}

// What has not begun is not begun; what runs comes back to collect().
void ThreadPool::give_up(const Job& job) {
  std::shared_ptr<Job> dropped;
  const std::lock_guard lock(threads_->mutex);
  auto& queue = threads_->queue;
  const auto same = [&](const std::shared_ptr<Job>& queued) { return queued.get() == &job; };
  const auto found = std::ranges::find_if(queue, same);
  if (found == queue.end()) return;
  dropped = std::move(*found);  // ends after the lock
  queue.erase(found);
  --busy_;
  room_.notify_one();
}

void ThreadPool::collect() {
  eventfd_t count = 0;
  eventfd_read(threads_->event.fd(), &count);
  std::vector<std::shared_ptr<Job>> finished;
  {
    const std::lock_guard lock(threads_->mutex);
    finished.swap(threads_->finished);
  }
  for (const std::shared_ptr<Job>& job : finished) {
    --busy_;
    job->done = true;
    job->finished.notify_all();
    room_.notify_one();
  }
}

// As long as there is something to wait for.
Task<void> ThreadPool::collect_all() {
  for (;;) {
    collect();
    if (busy_ == 0 || !co_await threads_->event.readable.wait(Deadline::never())) break;
  }
  threads_->collects = false;
}

}  // namespace peregrine::io
