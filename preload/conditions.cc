// Waits on condition variables until an instant of the time of day.
//
// Between two waits on a condition variable a signal may come that nobody would get any more. So a
// slice that ends before the deadline is told to the caller as a wake-up without a cause, which
// POSIX allows and every correct caller looks through.
#include <pthread.h>
#include <threads.h>

#include "preload/moved_time.h"
#include "preload/next.h"

namespace peregrine::preload {

namespace {

using Condition = pthread_cond_t;
using Mutex = pthread_mutex_t;

constinit Next<int(Condition*, Mutex*, const timespec*)> next_timedwait{"pthread_cond_timedwait",
                                                                        "GLIBC_2.3.2"};
constinit Next<int(Condition*, Mutex*, clockid_t, const timespec*)> next_clockwait{
    "pthread_cond_clockwait"};
constinit Next<int(cnd_t*, mtx_t*, const timespec*)> next_cnd_timedwait{"cnd_timedwait"};

// The clock that a condition variable was made with lies in a bit of it that glibc (since 2.25) has
// a reader for nowhere.
constexpr unsigned kMonotonic = 2;
constinit bool knows_clocks = false;

bool has_monotonic_bit(clockid_t clock) {
  Condition condition;
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, clock);
  pthread_cond_init(&condition, &attributes);
  const bool set = (condition.__data.__wrefs & kMonotonic) != 0;
  pthread_cond_destroy(&condition);
  pthread_condattr_destroy(&attributes);
  return set;
}

// Should a C library keep it elsewhere, such waits stay as they are rather than end at the wrong
// instant.
__attribute__((constructor)) void prepare() {
  next_timedwait.resolve();
  next_clockwait.resolve();
  next_cnd_timedwait.resolve();
  knows_clocks = has_monotonic_bit(CLOCK_MONOTONIC) && !has_monotonic_bit(CLOCK_REALTIME);
}

bool is_of_the_day(const Condition* condition) {
  return knows_clocks && (condition->__data.__wrefs & kMonotonic) == 0;
}

// One slice; `woken` when it ends before the deadline.
template <class Wait>
int wait_a_slice(const timespec* deadline, int timed_out, int woken, Wait wait) {
  const timespec until = slice_towards(*deadline);
  const int error = wait(&until);
  return error == timed_out && !has_passed(*deadline) ? woken : error;
}

}  // namespace

PEREGRINE_EXPORT int pthread_cond_timedwait(Condition* condition, Mutex* mutex,
                                            const timespec* deadline) {
  if (!is_put_across(deadline) || !is_of_the_day(condition)) {
    return next_timedwait(condition, mutex, deadline);
  }
  return wait_a_slice(deadline, ETIMEDOUT, 0, [&](const timespec* until) {
    return next_timedwait(condition, mutex, until);
  });
}

PEREGRINE_EXPORT int pthread_cond_clockwait(Condition* condition, Mutex* mutex, clockid_t clock,
                                            const timespec* deadline) {
  if (!is_put_across(deadline, clock)) return next_clockwait(condition, mutex, clock, deadline);
  return wait_a_slice(deadline, ETIMEDOUT, 0, [&](const timespec* until) {
    return next_clockwait(condition, mutex, clock, until);
  });
}

PEREGRINE_EXPORT int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* deadline) {
  if (!is_put_across(deadline)) return next_cnd_timedwait(condition, mutex, deadline);
  return wait_a_slice(deadline, thrd_timedout, thrd_success, [&](const timespec* until) {
    return next_cnd_timedwait(condition, mutex, until);
  });
}

}  // namespace peregrine::preload
