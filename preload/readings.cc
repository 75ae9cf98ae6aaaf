// What the time of day is: clock_gettime() and all that says the same in another form.
// clock_getres() is left alone: a moved clock ticks as finely as the machine's.
#include <sys/time.h>
#include <sys/timeb.h>

#include "preload/moved_time.h"
#include "preload/next.h"

namespace peregrine::preload {

namespace {

constinit Next<int(timespec*, int)> next_timespec_get{"timespec_get"};

__attribute__((constructor)) void prepare() { next_timespec_get.resolve(); }

timespec moved_time() {
  timespec now = machine_time(CLOCK_REALTIME);
  add(now, ahead_ns());
  return now;
}

// A caller that wants only the zone may leave the time out, whatever the header declares.
void tell(timeval* time) {
  if (!time) return;
  const timespec now = moved_time();
  *time = {now.tv_sec, now.tv_nsec / 1000};
}

}  // namespace

// The coarse clock is read finely: its last tick may be older than the move, and the first thing
// that a program saw after a move to 09:00:00 were 08:59:59.
PEREGRINE_EXPORT int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const bool coarse = clock == CLOCK_REALTIME_COARSE && is_steered();
  const int status = machine_gettime(coarse ? CLOCK_REALTIME : clock, time);
  if (status == 0 && is_moved(clock)) add(*time, ahead_ns());
  return status;
}

PEREGRINE_EXPORT int gettimeofday(timeval* time, void* zone) noexcept {
  tell(time);
  // As the C library does: the zone of the kernel's clock is nobody's any more.
  if (zone) *static_cast<struct timezone*>(zone) = {};
  return 0;
}

PEREGRINE_EXPORT time_t time(time_t* seconds) noexcept {
  const time_t now = moved_time().tv_sec;
  if (seconds) *seconds = now;
  return now;
}

PEREGRINE_EXPORT int timespec_get(timespec* time, int base) noexcept {
  if (base != TIME_UTC) return next_timespec_get(time, base);
  *time = moved_time();
  return base;
}

// Programs are linked with it no more, old ones still call it.
PEREGRINE_EXPORT int ftime(timeb* time) {
  const timespec now = moved_time();
  *time = {now.tv_sec, static_cast<unsigned short>(now.tv_nsec / 1'000'000), 0, 0};
  return 0;
}

}  // namespace peregrine::preload
