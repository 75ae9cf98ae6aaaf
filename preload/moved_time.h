// How the moved clock stands to the machine's: the offset in the page, instants put across, and
// waits that end when the moved clock says so.
#pragma once

#include <cerrno>
#include <cstdint>
#include <ctime>

namespace peregrine::preload {

// Whether this process has a page. Without one every function is the C library's own.
bool is_steered();
// How far the moved clock is ahead, in nanoseconds.
int64_t ahead_ns();
// The clocks that a page moves: those of the time of day.
bool is_moved(clockid_t clock);

// Added to a normal timespec; what no timespec can hold becomes the first or last that one can.
void add(timespec& time, int64_t nanoseconds);
// The machine's own clock: as clock_gettime() answers without this library.
int machine_gettime(clockid_t clock, timespec* time);
// The same of a clock that there is.
timespec machine_time(clockid_t clock);
// An instant of the moved clock, as the machine's clock will show it if nobody moves it again.
timespec to_machine(timespec moved);

// Whether a wait until this instant has to be put across. What is no instant (it makes the wait
// fail, or is not looked at) stays as it is.
bool is_put_across(const timespec* deadline, clockid_t clock = CLOCK_REALTIME);

// A wait is cut into slices this long, so that a clock that is moved meanwhile is noticed: as the
// kernel notices when its own clock is set.
inline constexpr int64_t kSliceNs = 20'000'000;

// When to look again: at the deadline or at the end of a slice, by the machine's clock.
timespec slice_towards(const timespec& deadline, clockid_t clock = CLOCK_REALTIME);
// Whether the moved clock has reached the deadline.
bool has_passed(const timespec& deadline, clockid_t clock = CLOCK_REALTIME);

// Waits slice by slice. `wait` is given where a slice ends and returns an error number, `timed_out`
// for the end of the slice. Only for what loses nothing between two waits: a lock, a count.
template <class Wait>
int wait_in_slices(const timespec* deadline, clockid_t clock, int timed_out, Wait wait) {
  if (!is_put_across(deadline, clock)) return wait(deadline);
  for (;;) {
    const timespec until = slice_towards(*deadline, clock);
    const int error = wait(&until);
    if (error != timed_out || has_passed(*deadline, clock)) return error;
  }
}

// As most system calls tell an error.
inline int by_errno(int error) {
  if (error == 0) return 0;
  errno = error;
  return -1;
}

// A function that takes the place of the C library's.
#define PEREGRINE_EXPORT extern "C" __attribute__((visibility("default")))

}  // namespace peregrine::preload
