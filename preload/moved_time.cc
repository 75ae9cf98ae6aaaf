#include "preload/moved_time.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <limits>

#include "base/clock_page.h"
#include "preload/next.h"
#include "preload/raw_syscall.h"

namespace peregrine::preload {

namespace {

using base::ClockPage;

constexpr int64_t kSecond = 1'000'000'000;

constinit Next<int(clockid_t, timespec*)> next_gettime{"clock_gettime"};

// For a process without a page, and before it is known whether there is one.
constinit const ClockPage kMachineTime{};
constinit std::atomic<const ClockPage*> page{nullptr};

// By system calls alone: a sanitizer has open() and mmap() of its own, which it may not be ready
// for yet.
const ClockPage* map_page(const char* path) {
  const long fd =
      raw_syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
  if (is_error(fd)) return nullptr;
  uint64_t begin[2] = {};  // a file that is too short must not be looked at through a mapping
  const long size = raw_syscall(SYS_pread64, fd, reinterpret_cast<long>(begin), sizeof(begin), 0);
  const bool fits = size == sizeof(ClockPage) && begin[0] == ClockPage::kMagic;
  const long mapped =
      fits ? raw_syscall(SYS_mmap, 0, sizeof(ClockPage), PROT_READ, MAP_SHARED, fd) : -ENODATA;
  raw_syscall(SYS_close, fd);
  return is_error(mapped) ? nullptr : reinterpret_cast<const ClockPage*>(mapped);
}

// The environment is there once the C library's own constructors have run; a sanitizer asks for the
// time before.
const ClockPage& attach() {
  if (!environ) return kMachineTime;
  const char* path = getenv(ClockPage::kVariable);
  const ClockPage* found = path && *path ? map_page(path) : nullptr;
  if (!found) found = &kMachineTime;
  // Of threads that come at once each maps it; one page is kept, and the others are the same.
  const ClockPage* none = nullptr;
  page.compare_exchange_strong(none, found);
  return *page.load(std::memory_order_acquire);
}

const ClockPage& current_page() {
  const ClockPage* known = page.load(std::memory_order_acquire);
  return known ? *known : attach();
}

// Whatever may be needed in a signal handler is looked up before main().
__attribute__((constructor)) void prepare() {
  next_gettime.resolve();
  (void)current_page();
}

}  // namespace

void* find_next(const char* name, const char* version) {
  void* found = version ? dlvsym(RTLD_NEXT, name, version) : nullptr;
  return found ? found : dlsym(RTLD_NEXT, name);
}

bool is_steered() { return &current_page() != &kMachineTime; }

int64_t ahead_ns() { return current_page().ahead_ns.load(std::memory_order_acquire); }

bool is_moved(clockid_t clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI ||
         clock == CLOCK_REALTIME_ALARM;
}

void add(timespec& time, int64_t nanoseconds) {
  int64_t seconds = nanoseconds / kSecond;
  time.tv_nsec += nanoseconds % kSecond;
  if (time.tv_nsec < 0) {
    time.tv_nsec += kSecond;
    --seconds;
  } else if (time.tv_nsec >= kSecond) {
    time.tv_nsec -= kSecond;
    ++seconds;
  }
  if (!__builtin_add_overflow(time.tv_sec, seconds, &time.tv_sec)) return;
  using Limits = std::numeric_limits<time_t>;
  time.tv_sec = seconds > 0 ? Limits::max() : Limits::min();
}

// Until main() is near the kernel is asked: to look up the next function then could call us again.
int machine_gettime(clockid_t clock, timespec* time) {
  if (next_gettime.is_known()) return next_gettime(clock, time);
  const long answer = raw_syscall(SYS_clock_gettime, clock, reinterpret_cast<long>(time));
  return by_errno(is_error(answer) ? static_cast<int>(-answer) : 0);
}

timespec machine_time(clockid_t clock) {
  timespec now{};
  machine_gettime(clock, &now);
  return now;
}

timespec to_machine(timespec moved) {
  add(moved, -ahead_ns());
  return moved;
}

bool is_put_across(const timespec* deadline, clockid_t clock) {
  return deadline && is_moved(clock) && is_steered() && deadline->tv_sec >= 0 &&
         deadline->tv_nsec >= 0 && deadline->tv_nsec < kSecond;
}

timespec slice_towards(const timespec& deadline, clockid_t clock) {
  const timespec whole = to_machine(deadline);
  timespec slice = machine_time(clock);
  add(slice, kSliceNs);
  const bool within =
      whole.tv_sec != slice.tv_sec ? whole.tv_sec < slice.tv_sec : whole.tv_nsec < slice.tv_nsec;
  // Long past may be before 1970, where no wait ends: the first instant does as well.
  if (within && whole.tv_sec < 0) return {0, 0};
  return within ? whole : slice;
}

bool has_passed(const timespec& deadline, clockid_t clock) {
  timespec now = machine_time(clock);
  add(now, ahead_ns());
  return now.tv_sec != deadline.tv_sec ? now.tv_sec > deadline.tv_sec
                                       : now.tv_nsec >= deadline.tv_nsec;
}

}  // namespace peregrine::preload
