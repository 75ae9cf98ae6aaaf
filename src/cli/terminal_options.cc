#include "cli/terminal_options.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace peregrine::cli {

namespace {

constexpr unsigned kLeastColumns = 40;

}  // namespace

report::TerminalOptions terminal_options(const Flags& flags) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const bool plain = flags.no_color || (no_color && *no_color);
  report::TerminalOptions options{terminal && !plain, terminal, flags.quiet, flags.verbose};
  winsize size{};
  if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= kLeastColumns) {
    options.width = size.ws_col;
  }
  return options;
}

}  // namespace peregrine::cli
