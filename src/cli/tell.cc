#include "cli/tell.h"

#include <fmt/core.h>

#include <cstdio>

#include "base/text.h"

namespace peregrine::cli {

void tell(const std::string& what) {
  fmt::print(stderr, "peregrine: {}\n", base::printable(what, true));
}

int tell(const std::string& what, Exit code) {
  tell(what);
  return code;
}

}  // namespace peregrine::cli
