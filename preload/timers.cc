// Sleeps and timers that are set to an instant of the time of day. A sleep under way notices that
// the clock is moved. A timer does not: it is the kernel's once it is set, and goes off when the
// machine's clock has got as far as was left when it was set.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>

#include "preload/moved_time.h"
#include "preload/next.h"
#include "preload/raw_syscall.h"

namespace peregrine::preload {

namespace {

constinit Next<int(clockid_t, int, const timespec*, timespec*)> next_nanosleep{"clock_nanosleep"};
constinit Next<int(int, int, const itimerspec*, itimerspec*)> next_timerfd{"timerfd_settime"};
constinit Next<int(clockid_t, sigevent*, timer_t*)> next_create{"timer_create", "GLIBC_2.34"};
constinit Next<int(timer_t)> next_delete{"timer_delete", "GLIBC_2.34"};
constinit Next<int(timer_t, int, const itimerspec*, itimerspec*)> next_settime{"timer_settime",
                                                                               "GLIBC_2.34"};

__attribute__((constructor)) void prepare() {
  next_nanosleep.resolve();
  next_timerfd.resolve();
  next_create.resolve();
  next_delete.resolve();
  next_settime.resolve();
}

// The instant that a timer is set to, by the machine's clock. A timer that is disarmed stays so,
// and one that is set to long ago is not disarmed by it.
itimerspec setting_for_machine(const itimerspec& set) {
  itimerspec machine = set;
  if (set.it_value.tv_sec == 0 && set.it_value.tv_nsec == 0) return machine;
  machine.it_value = to_machine(set.it_value);
  if (machine.it_value.tv_sec < 0 ||
      (machine.it_value.tv_sec == 0 && machine.it_value.tv_nsec == 0)) {
    machine.it_value = {0, 1};
  }
  return machine;
}

constexpr size_t kDigits = 10;  // of an int

// Which clock a timer's descriptor was made with; CLOCK_MONOTONIC when that cannot be seen. The
// kernel tells it in a line "clockid: 0".
clockid_t clock_of_descriptor(int fd) {
  char path[sizeof("/proc/self/fdinfo/") + kDigits] = "/proc/self/fdinfo/";
  char digits[kDigits];
  size_t count = 0;
  for (unsigned rest = static_cast<unsigned>(fd); count == 0 || rest != 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  char* end = path + strlen(path);
  while (count > 0) *end++ = digits[--count];
  *end = '\0';

  const long info =
      raw_syscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
  if (is_error(info)) return CLOCK_MONOTONIC;
  char text[512];
  const long size = raw_syscall(SYS_read, info, reinterpret_cast<long>(text), sizeof(text) - 1);
  raw_syscall(SYS_close, info);
  if (is_error(size)) return CLOCK_MONOTONIC;
  text[size] = '\0';
  constexpr const char* kName = "clockid: ";
  const char* line = strstr(text, kName);
  const bool one_digit = line && line[strlen(kName) + 1] == '\n';
  return one_digit ? line[strlen(kName)] - '0' : CLOCK_MONOTONIC;
}

// The timers of this process that follow the time of day. timer_t tells nothing of its clock. One
// that finds no room here is not put across.
constexpr size_t kMostTimers = 256;
constinit std::atomic<uintptr_t> timers[kMostTimers];  // the number plus one; 0: none

uintptr_t number_of(timer_t timer) { return reinterpret_cast<uintptr_t>(timer) + 1; }

bool replace(uintptr_t old, uintptr_t by) {
  for (std::atomic<uintptr_t>& place : timers) {
    uintptr_t expected = old;
    if (place.compare_exchange_strong(expected, by)) return true;
  }
  return false;
}

bool is_known(timer_t timer) {
  for (const std::atomic<uintptr_t>& place : timers) {
    if (place.load() == number_of(timer)) return true;
  }
  return false;
}

}  // namespace

PEREGRINE_EXPORT int clock_nanosleep(clockid_t clock, int flags, const timespec* time,
                                     timespec* left) {
  if ((flags & TIMER_ABSTIME) == 0 || !is_put_across(time, clock)) {
    return next_nanosleep(clock, flags, time, left);
  }
  // Here the end of a slice is no error, as reaching the instant is none.
  for (;;) {
    const timespec until = slice_towards(*time, clock);
    const int error = next_nanosleep(clock, flags, &until, left);
    if (error != 0 || has_passed(*time, clock)) return error;
  }
}

PEREGRINE_EXPORT int timerfd_settime(int fd, int flags, const itimerspec* set,
                                     itimerspec* before) noexcept {
  const bool absolute = (flags & TFD_TIMER_ABSTIME) != 0 && set && is_put_across(&set->it_value);
  if (!absolute || fd < 0 || !is_moved(clock_of_descriptor(fd))) {
    return next_timerfd(fd, flags, set, before);
  }
  const itimerspec machine = setting_for_machine(*set);
  return next_timerfd(fd, flags, &machine, before);
}

// The kernel gives the number of a deleted timer again, so one that is new may be known by what
// was before it.
PEREGRINE_EXPORT int timer_create(clockid_t clock, sigevent* event, timer_t* timer) noexcept {
  const int status = next_create(clock, event, timer);
  if (status != 0 || !is_steered()) return status;
  (void)replace(number_of(*timer), 0);
  if (is_moved(clock)) (void)replace(0, number_of(*timer));
  return status;
}

PEREGRINE_EXPORT int timer_delete(timer_t timer) noexcept {
  (void)replace(number_of(timer), 0);
  return next_delete(timer);
}

PEREGRINE_EXPORT int timer_settime(timer_t timer, int flags, const itimerspec* set,
                                   itimerspec* before) noexcept {
  const bool absolute = (flags & TIMER_ABSTIME) != 0 && set && is_put_across(&set->it_value);
  if (!absolute || !is_known(timer)) return next_settime(timer, flags, set, before);
  const itimerspec machine = setting_for_machine(*set);
  return next_settime(timer, flags, &machine, before);
}

}  // namespace peregrine::preload
