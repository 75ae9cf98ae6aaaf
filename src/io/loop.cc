#include "io/loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "io/scope.h"
#include "io/thread_pool.h"

namespace peregrine::io {

using base::check;
using base::Code;
using base::Duration;
using base::Error;
using base::Result;

namespace {
constexpr int kEventsPerPoll = 256;
// Rounds of woken tasks before the kernel is asked again, so that busy tasks cannot starve sockets.
constexpr int kRoundsPerTurn = 16;
constexpr int kRoundsForWhoPaces = 2;  // he wakes, and what he begins
// Not the clock's zero, so that instants before it are instants too.
constexpr base::Instant kSimulatedBegin{std::chrono::hours(1'000)};
}  // namespace

namespace detail {

void Runnable::unqueue() {
  if (!next_) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

RunQueue::RunQueue() { next_ = previous_ = this; }
RunQueue::~RunQueue() {
  while (!empty()) next_->unqueue();
}
bool RunQueue::empty() const { return next_ == this; }
void RunQueue::push(Runnable& entry) {
  check(!entry.next_, "queued twice");
  entry.previous_ = previous_;
  entry.next_ = this;
  previous_->next_ = &entry;
  previous_ = &entry;
}
Runnable& RunQueue::pop() {
  Runnable& entry = *next_;
  entry.unqueue();
  return entry;
}
void RunQueue::take_all(RunQueue& other) {
  if (other.empty()) return;
  next_ = other.next_;
  previous_ = other.previous_;
  next_->previous_ = this;
  previous_->next_ = this;
  other.next_ = other.previous_ = &other;
}
Runnable& RunQueue::pop_any(base::Random& choices) {
  uint64_t size = 0;
  for (const Runnable* entry = next_; entry != this; entry = entry->next_) ++size;
  Runnable* chosen = next_;
  for (uint64_t left = choices.below(size); left > 0; --left) chosen = chosen->next_;
  chosen->unqueue();
  return *chosen;
}

}  // namespace detail

// ---- Waiter and Signal

bool Waiter::suspend(std::coroutine_handle<> handle, Strand* strand) {
  handle_ = handle;
  strand_ = strand;
  if (strand_ && strand_->cancelled()) {
    how_ = Wake::cancelled;
    return false;
  }
  if (yields_) {
    how_ = Wake::notified;
    loop_.ready_.push(*this);
    return true;
  }
  if (strand_) deadline_ = Deadline::earlier(deadline_, strand_->deadline_);
  if (deadline_.at <= loop_.now()) {
    how_ = Wake::timeout;
    return false;
  }
  if (strand_) strand_->waiting_ = this;
  if (signal_) {
    previous_ = signal_->last_;
    (previous_ ? previous_->next_ : signal_->first_) = this;
    signal_->last_ = this;
  }
  if (deadline_.at != base::Instant::max()) loop_.add_timer(*this);
  return true;
}

void Waiter::wake(Wake how) {
  if (how_ != Wake::pending) return;
  detach();
  how_ = how;
  loop_.ready_.push(*this);
}

void Waiter::detach() {
  if (timer_ != SIZE_MAX) loop_.remove_timer(*this);
  if (strand_ && strand_->waiting_ == this) strand_->waiting_ = nullptr;
  if (!signal_) return;
  if (previous_ || next_ || signal_->first_ == this) {
    (previous_ ? previous_->next_ : signal_->first_) = next_;
    (next_ ? next_->previous_ : signal_->last_) = previous_;
    previous_ = next_ = nullptr;
  }
}

Result<> Waiter::await_resume() {
  // A cancellation that came between the wake-up and now counts: the caller should not go on.
  if (strand_ && strand_->cancelled()) return std::unexpected(*strand_->cancelled());
  if (how_ == Wake::timeout) return base::fail(Code::timeout, "the time for it is over");
  return {};
}

Signal::~Signal() { check(!first_, "a Signal ends while somebody waits for it"); }

void Signal::notify_all() {
  while (first_) first_->wake(Waiter::Wake::notified);
}

void Signal::notify_one() {
  if (first_) first_->wake(Waiter::Wake::notified);
}

// ---- Strand

Strand::Strand(Loop& loop, Task<void> task) : loop_(loop), task_(std::move(task)) {
  task_.handle_.promise().strand = this;
}

Strand::~Strand() = default;

void Strand::start() { loop_.ready_.push(*this); }

void Strand::cancel(Error reason) {
  if (cancelled_ || finished_) return;
  cancelled_ = std::move(reason);
  if (waiting_) waiting_->wake(Waiter::Wake::cancelled);
}

void Strand::run() {
  if (!started_) {
    started_ = true;
    task_.handle_.resume();
  } else if (finished_) {
    scope_->ended(*this);  // destroys this strand
  }
}

// ---- Loop

Result<std::unique_ptr<Loop>> Loop::create() {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return base::fail_errno(errno, "epoll_create1");
  prctl(PR_SET_TIMERSLACK, 1);
  return std::unique_ptr<Loop>(new Loop(epoll));
}

std::unique_ptr<Loop> Loop::simulated(uint64_t seed) {
  std::unique_ptr<Loop> loop(new Loop(-1));
  loop->choices_ = base::Random::stream(seed, "loop");
  loop->now_ = kSimulatedBegin;
  return loop;
}

Loop::Loop(int epoll) : epoll_(epoll), now_(base::monotonic_now()), idle_(*this) {}

Loop::~Loop() {
  pool_.reset();
  check(timers_.empty(), "a Loop ends while tasks wait on it");
  if (epoll_ >= 0) close(epoll_);
}

Task<Result<>> Loop::sleep(Duration span) {
  const Deadline until = in(span);
  Result<> woken = co_await Waiter(*this, nullptr, until);
  if (!woken && woken.error().code == Code::timeout && now_ >= until.at) co_return Result<>{};
  co_return woken;
}

ThreadPool& Loop::pool() {
  if (!pool_) pool_ = std::make_unique<ThreadPool>(*this);
  return *pool_;
}

void Loop::run_root(Task<void> task) {
  if (!is_simulated()) now_ = base::monotonic_now();
  Strand root(*this, std::move(task));
  root.start();
  while (!root.finished()) is_simulated() ? simulated_turn() : turn();
}

void Loop::simulated_turn() {
  if (ready_.empty()) idle_.notify_one();
  if (ready_.empty()) {
    check(!timers_.empty(), "all tasks of a simulated loop wait for ever");
    now_ = std::max(now_, timers_.front()->deadline_.at);
    wake_due_timers();
  }
  ready_.pop_any(*choices_).run();
}

void Loop::turn() {
  Duration at_most{-1};
  if (!ready_.empty() || idle_.awaited()) {
    at_most = Duration{0};
  } else if (!timers_.empty()) {
    const Duration left = timers_.front()->deadline_.at - base::monotonic_now();
    at_most = std::max(Duration{0}, left - spin_);
  }
  poll(at_most);
  wake_due_timers();
  if (ready_.empty()) idle_.notify_one();
  // Who paces does not wait for the rest of a turn in which the kernel has told of much at once.
  const auto run_what_is_due = [this]() -> void {
    const base::Instant now = base::monotonic_now();
    if (timers_.empty() || timers_.front()->deadline_.at > now) return;
    now_ = now;
    wake_due_timers();
    for (int round = 0; round < kRoundsForWhoPaces && !ready_.empty(); ++round) {
      detail::RunQueue due;
      due.take_all(ready_);
      while (!due.empty()) due.pop().run();
    }
  };
  for (int round = 0; round < kRoundsPerTurn && !ready_.empty(); ++round) {
    detail::RunQueue batch;
    batch.take_all(ready_);
    while (!batch.empty()) {
      batch.pop().run();
      if (spin_ > Duration::zero()) run_what_is_due();
    }
  }
}

void Loop::poll(Duration at_most) {
  std::array<epoll_event, kEventsPerPoll> events;
  timespec span{};
  if (at_most >= Duration{0}) {
    span.tv_sec = static_cast<time_t>(at_most.count() / 1'000'000'000);
    span.tv_nsec = static_cast<long>(at_most.count() % 1'000'000'000);
  }
  const int n = epoll_pwait2(epoll_, events.data(), kEventsPerPoll,
                             at_most < Duration{0} ? nullptr : &span, nullptr);
  check(n >= 0 || errno == EINTR, "epoll_pwait2 failed");
  now_ = base::monotonic_now();
  for (int i = 0; i < n; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    static_cast<Watch*>(event.data.ptr)->fire(event.events);
  }
}

void Loop::wake_due_timers() {
  while (!timers_.empty() && timers_.front()->deadline_.at <= now_) {
    timers_.front()->wake(Waiter::Wake::timeout);
  }
}

void Loop::add_timer(Waiter& waiter) {
  timers_.push_back(nullptr);
  place(timers_.size() - 1, &waiter);
  sift_up(timers_.size() - 1);
}

void Loop::remove_timer(Waiter& waiter) {
  const size_t index = std::exchange(waiter.timer_, SIZE_MAX);
  Waiter* last = timers_.back();
  timers_.pop_back();
  if (last == &waiter) return;
  place(index, last);
  sift_up(index);
  sift_down(last->timer_);
}

void Loop::place(size_t index, Waiter* waiter) {
  timers_[index] = waiter;
  waiter->timer_ = index;
}

void Loop::sift_up(size_t index) {
  Waiter* moving = timers_[index];
  while (index > 0) {
    const size_t parent = (index - 1) / 2;
    if (timers_[parent]->deadline_.at <= moving->deadline_.at) break;
    place(index, timers_[parent]);
    index = parent;
  }
  place(index, moving);
}

void Loop::sift_down(size_t index) {
  Waiter* moving = timers_[index];
  for (;;) {
    size_t child = 2 * index + 1;
    if (child >= timers_.size()) break;
    if (child + 1 < timers_.size() &&
        timers_[child + 1]->deadline_.at < timers_[child]->deadline_.at) {
      ++child;
    }
    if (moving->deadline_.at <= timers_[child]->deadline_.at) break;
    place(index, timers_[child]);
    index = child;
  }
  place(index, moving);
}

// ---- Watch

Watch::Watch(Loop& loop, int fd) : readable(loop), writable(loop), loop_(loop), fd_(fd) {
  check(!loop.is_simulated(), "a simulated loop watches no descriptors");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = this;
  check(epoll_ctl(loop.epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl cannot add");
}

Watch::~Watch() {
  epoll_ctl(loop_.epoll_, EPOLL_CTL_DEL, fd_, nullptr);
  close(fd_);
}

void Watch::fire(uint32_t events) {
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    can_read = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) hung_up = true;
    readable.notify_all();
  }
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
    can_write = true;
    writable.notify_all();
  }
}

}  // namespace peregrine::io
