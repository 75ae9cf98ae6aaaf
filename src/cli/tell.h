// How a command says on standard error why it does not do what was asked.
#pragma once

#include <string>

#include "cli/commands.h"

namespace peregrine::cli {

// "peregrine: WHAT": a sentence or several lines, made safe to print on a terminal.
void tell(const std::string& what);

// The same, and gives the code, for a command to end with.
int tell(const std::string& what, Exit code);

}  // namespace peregrine::cli
