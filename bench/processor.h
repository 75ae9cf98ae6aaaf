// For programs that measure: where a process runs, and what it has used.
#pragma once

#include <sched.h>
#include <sys/resource.h>

#include <cstddef>

namespace peregrine {

// This process, and what it starts from now on, runs on this processor; without effect if there is
// no such processor.
inline void pin_to(size_t processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  sched_setaffinity(0, sizeof only, &only);
}

inline double to_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace peregrine
