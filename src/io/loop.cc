#include "io/loop.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
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
// As many as can be looked at ahead without driving each other out of the processor's caches.
constexpr int kEventsPerPoll = 32;
// Rounds of woken tasks before the kernel is asked again, so that busy tasks cannot starve sockets.
constexpr int kRoundsPerTurn = 16;
constexpr int kRoundsForWhoPaces = 2;  // he wakes, and what he begins
// Of a chain of tasks, those that wait for one another; and of each frame so many bytes.
constexpr int kFramesAhead = 8;
constexpr size_t kFrameAhead = 384;
constexpr size_t kCacheLine = 64;
// What so many descriptors' tasks need next is in the processor's caches anyhow.
constexpr size_t kFewWatched = 256;
// Of the span that is waited for by looking at the clock. A machine that wakes later than the most
// is too busy to keep to instants; a look that takes so long was interrupted.
constexpr Duration kSpinStep = std::chrono::nanoseconds(4);
constexpr Duration kMostSpin = std::chrono::microseconds(200);
constexpr Duration kInterrupted = std::chrono::microseconds(20);
// Not the clock's zero, so that instants before it are instants too.
constexpr base::Instant kSimulatedBegin{std::chrono::hours(1'000)};

void fetch(const void* frame, size_t size = kFrameAhead) {
  if (!frame) return;
  for (size_t at = 0; at < size; at += kCacheLine) {
    __builtin_prefetch(static_cast<const char*>(frame) + at);
  }
}

// The frame of the task that waits for this one; null for the first of a chain. PromiseBase is at
// the same place in the frame of each task, whatever the task gives, as long as that is not aligned
// to more than two pointers.
const void* parent_of(const void* frame) {
  if (!frame) return nullptr;
  using Handle = std::coroutine_handle<detail::PromiseBase>;
  return Handle::from_address(const_cast<void*>(frame)).promise().continuation.address();
}
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
  if (queue_) {
    how_ = Wake::notified;
    queue_->push(*this);
    return true;
  }
  if (strand_ && strand_->deadline_.at < at()) move_to(strand_->deadline_.at);
  if (at() <= loop_.now()) {
    how_ = Wake::timeout;
    return false;
  }
  if (strand_) strand_->waiting_ = this;
  if (signal_) {
    previous_ = signal_->last_;
    (previous_ ? previous_->next_ : signal_->first_) = this;
    signal_->last_ = this;
  }
  if (at() != base::Instant::max()) loop_.timers_.add(*this);
  return true;
}

void Waiter::wake(Wake how) {
  if (how_ != Wake::pending) return;
  detach();
  how_ = how;
  loop_.ready_.push(*this);
}

void Waiter::detach() {
  if (is_set()) loop_.timers_.remove(*this);
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
  return std::unique_ptr<Loop>(new Loop(epoll, base::monotonic_now()));
}

std::unique_ptr<Loop> Loop::simulated(uint64_t seed) {
  std::unique_ptr<Loop> loop(new Loop(-1, kSimulatedBegin));
  loop->choices_ = base::Random::stream(seed, "loop");
  return loop;
}

Loop::Loop(int epoll, base::Instant now) : epoll_(epoll), now_(now), timers_(now), idle_(*this) {}

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

base::WallTime Loop::wall_now() {
  if (is_simulated()) return base::wall_now();
  if (std::exchange(wall_read_at_, now_) != now_) {
    wall_now_ = base::wall_now() - (base::monotonic_now() - now_);
  }
  return wall_now_;
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
  while (ready_.empty()) {
    check(!timers_.empty(), "all tasks of a simulated loop wait for ever");
    now_ = std::max(now_, timers_.next());
    wake_due_timers();
  }
  ready_.pop_any(*choices_).run();
}

void Loop::turn() {
  size_t told = 0;
  if (!ready_.empty() || !last_.empty() || idle_.awaited()) {
    told = poll(Duration{0});
  } else if (timers_.empty()) {
    told = poll(Duration{-1});
  } else {
    told = wait_for_next();
  }
  wake_due_timers();
  if (ready_.empty() && told < kEventsPerPoll) idle_.notify_one();
  // Who paces does not wait for the rest of a turn in which the kernel has told of much at once.
  const auto run_what_is_due = [this]() -> void {
    const base::Instant now = base::monotonic_now();
    if (timers_.next() > now) return;
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
      if (paces()) run_what_is_due();
    }
  }
  detail::RunQueue last;
  last.take_all(last_);
  while (!last.empty()) last.pop().run();
}

size_t Loop::wait_for_next() {
  const base::Instant begin = base::monotonic_now();
  const Duration left = timers_.next() - begin;
  const bool spins = left <= spin_;
  const Duration at_most = spins ? Duration{0} : left - spin_;
  const size_t told = poll(at_most);
  if (told > 0 || least_spin_ == Duration::zero()) return told;
  const Duration took = now_ - begin;
  if (spins && took < kInterrupted) spun_ += took;
  // One that is always spun to its end would teach nothing: it counts as a sleep in time.
  if (!spins || took >= left) learn_from_wait(spins ? Duration::zero() : took - at_most);
  return told;
}

// The 99.9th percentile of how much longer a sleep was than it should be: of a thousand, one that
// was longer moves it up as far as all others move it down (Robbins and Monro, "A Stochastic
// Approximation Method", 1951).
void Loop::learn_from_wait(Duration longer) {
  spin_ += longer > spin_ ? 999 * kSpinStep : -kSpinStep;
  spin_ = std::clamp(spin_, least_spin_, std::max(least_spin_, kMostSpin));
}

// How many descriptors there is news of.
size_t Loop::poll(Duration at_most) {
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
  std::array<Watch*, kEventsPerPoll> watches;
  const auto told = std::span(watches).first(static_cast<size_t>(std::max(n, 0)));
  for (size_t i = 0; i < told.size(); ++i) told[i] = static_cast<Watch*>(events[i].data.ptr);
  if (told.size() > 1 && watched_ > kFewWatched) fetch_ahead(told);
  for (size_t i = 0; i < told.size(); ++i) told[i]->fire(events[i].events);
  return told.size();
}

// Where there are thousands of connections, what runs next lies in memory that no cache holds: each
// task of a chain in a frame of its own, which is found by that of the task it waits for. Asked for
// one after the other they cost a hundred nanoseconds each; here those of all chains are asked for
// at the same time.
void Loop::fetch_ahead(std::span<Watch*> watches) {
  std::array<const void*, kEventsPerPoll> place{};
  const auto frames = std::span(place).first(watches.size());
  for (const Watch* watch : watches) fetch(watch, sizeof *watch);
  for (const Watch* watch : watches) __builtin_prefetch(watch->readable.first_);
  for (size_t i = 0; i < watches.size(); ++i) {
    const Waiter* waiter = watches[i]->readable.first_;
    frames[i] = waiter ? waiter->handle_.address() : nullptr;
    fetch(frames[i]);
  }
  for (int level = 1; level < kFramesAhead; ++level) {
    for (const void*& frame : frames) {
      frame = parent_of(frame);
      fetch(frame);
    }
  }
}

void Loop::wake_due_timers() {
  while (detail::Timer* due = timers_.due(now_)) {
    static_cast<Waiter*>(due)->wake(Waiter::Wake::timeout);
  }
}

// ---- Watch

Watch::Watch(Loop& loop, int fd) : readable(loop), writable(loop), loop_(loop), fd_(fd) {
  check(!loop.is_simulated(), "a simulated loop watches no descriptors");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = this;
  check(epoll_ctl(loop.epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl cannot add");
  ++loop.watched_;
}

Watch::~Watch() {
  epoll_ctl(loop_.epoll_, EPOLL_CTL_DEL, fd_, nullptr);
  close(fd_);
  --loop_.watched_;
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
