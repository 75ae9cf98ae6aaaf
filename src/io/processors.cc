#include "io/processors.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace peregrine::io {

size_t usable_processors() {
  cpu_set_t set;
  long number = 0;
  // It fails where there are more than a cpu_set_t has room for.
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    number = CPU_COUNT(&set);
  } else {
    number = sysconf(_SC_NPROCESSORS_ONLN);
  }
  return static_cast<size_t>(std::max(number, 1L));
}

}  // namespace peregrine::io
