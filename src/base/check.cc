#include "base/check.h"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

namespace peregrine::base {

void check_failed(std::string_view what, std::source_location where) {
  fmt::print(stderr, "peregrine: bug: {} ({}:{}, {})\n", what, where.file_name(), where.line(),
             where.function_name());
  std::fflush(stderr);
  std::abort();
}

}  // namespace peregrine::base
