#include "io/descriptors.h"

#include <sys/resource.h>

namespace peregrine::io {

size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (setrlimit(RLIMIT_NOFILE, &raised) != 0) return limit.rlim_cur;
  return limit.rlim_max;
}

}  // namespace peregrine::io
