// For programs that measure: where a process runs, and what it has used.
#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>

namespace peregrine {

// This thread, and what it starts from now on, runs on this processor. False, and without effect,
// if there is no such processor.
inline bool pin_to(size_t processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(processor, &only);
  return sched_setaffinity(0, sizeof only, &only) == 0;
}

inline double to_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// User and system time of this process, in seconds.
inline double used_here() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return to_seconds(used.ru_utime) + to_seconds(used.ru_stime);
}

// The same of another process, from /proc, in steps of a clock tick.
inline double used_by(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  double ticks = 0;
  for (int i = 1; i <= 15 && file >> word; ++i) {
    if (i >= 14) ticks += std::strtod(word.c_str(), nullptr);
  }
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace peregrine
