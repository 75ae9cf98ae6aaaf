// How the terminal wants to be told: by the flags, NO_COLOR, and what standard output is.
#pragma once

#include "cli/commands.h"
#include "report/terminal.h"

namespace peregrine::cli {

report::TerminalOptions terminal_options(const Flags& flags);

}  // namespace peregrine::cli
