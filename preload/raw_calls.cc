// syscall(): programs that ask the kernel past the C library's functions, as runtimes do that have
// locks of their own. System calls that a program makes without the C library are not seen.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cstdarg>

#include "preload/moved_time.h"
#include "preload/raw_syscall.h"

namespace peregrine::preload {

namespace {

struct Arguments {
  long of[6];

  template <class T>
  T* pointer(size_t i) const {
    return reinterpret_cast<T*>(of[i]);
  }
  int number(size_t i) const { return static_cast<int>(of[i]); }
};

long pass_on(long number, const Arguments& arguments) {
  const long* a = arguments.of;
  const long answer = raw_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (!is_error(answer)) return answer;
  errno = static_cast<int>(-answer);
  return -1;
}

constexpr size_t kTimeout = 3;  // which argument of futex() it is

// The futex operations whose timeout is an instant of the time of day. The others have a span of
// time, or an instant of monotonic time.
bool has_instant(int operation) {
  const bool of_the_day = (operation & FUTEX_CLOCK_REALTIME) != 0;
  switch (operation & FUTEX_CMD_MASK) {
    case FUTEX_LOCK_PI:
      return true;
    case FUTEX_LOCK_PI2:
    case FUTEX_WAIT_BITSET:
    case FUTEX_WAIT_REQUEUE_PI:
      return of_the_day;
    default:
      return false;
  }
}

bool is_lock(int operation) {
  const int command = operation & FUTEX_CMD_MASK;
  return command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2;
}

// A lock is tried again after a slice. A wait that ends with its slice is told as woken without a
// cause, which futex(2) allows: what woke it between two waits would be lost otherwise.
long wait_on_futex(Arguments arguments) {
  const int operation = arguments.number(1);
  const timespec* deadline = arguments.pointer<const timespec>(kTimeout);
  if (!has_instant(operation) || !is_put_across(deadline)) return pass_on(SYS_futex, arguments);
  for (;;) {
    const bool movable = (operation & FUTEX_CMD_MASK) != FUTEX_WAIT_REQUEUE_PI;
    const timespec until = movable ? slice_towards(*deadline) : to_machine(*deadline);
    arguments.of[kTimeout] = reinterpret_cast<long>(&until);
    const long status = pass_on(SYS_futex, arguments);
    const bool ended = status == -1 && errno == ETIMEDOUT && movable && !has_passed(*deadline);
    if (!ended) return status;
    if (!is_lock(operation)) return 0;
  }
}

}  // namespace

PEREGRINE_EXPORT long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  Arguments a{};
  for (long& argument : a.of) argument = va_arg(list, long);
  va_end(list);
  if (!is_steered()) return pass_on(number, a);
  switch (number) {
    case SYS_clock_gettime:
      return clock_gettime(a.number(0), a.pointer<timespec>(1));
    case SYS_gettimeofday:
      return gettimeofday(a.pointer<timeval>(0), a.pointer<void>(1));
#ifdef SYS_time
    case SYS_time:
      return time(a.pointer<time_t>(0));
#endif
    case SYS_clock_nanosleep:
      return by_errno(clock_nanosleep(a.number(0), a.number(1), a.pointer<const timespec>(2),
                                      a.pointer<timespec>(3)));
    case SYS_timerfd_settime:
      return timerfd_settime(a.number(0), a.number(1), a.pointer<const itimerspec>(2),
                             a.pointer<itimerspec>(3));
    case SYS_futex:
      return wait_on_futex(a);
    default:
      return pass_on(number, a);
  }
}

}  // namespace peregrine::preload
