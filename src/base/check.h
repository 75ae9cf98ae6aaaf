// Assertions. A failed check is a bug in Peregrine: it prints where, and aborts. On in every build.
#pragma once

#include <source_location>
#include <string_view>

namespace peregrine::base {

[[noreturn]] void check_failed(std::string_view what, std::source_location where);

inline void check(bool holds, std::string_view what = "check failed",
                  std::source_location where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    check_failed(what, where);
}

}  // namespace peregrine::base
