#include "base/time.h"

#include <fmt/core.h>

namespace peregrine::base {

std::string to_text(Duration d) {
  const double us = std::chrono::duration<double, std::micro>(d).count();
  if (us < 999.5) return fmt::format("{:.0f} µs", us);
  if (us < 9.995e3) return fmt::format("{:.2f} ms", us / 1e3);
  if (us < 99.95e3) return fmt::format("{:.1f} ms", us / 1e3);
  if (us < 999.5e3) return fmt::format("{:.0f} ms", us / 1e3);
  if (us < 9.995e6) return fmt::format("{:.2f} s", us / 1e6);
  if (us < 99.95e6) return fmt::format("{:.1f} s", us / 1e6);
  return fmt::format("{:.0f} s", us / 1e6);
}

}  // namespace peregrine::base
