// Reading what a command is to play, with the mistakes told on standard error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "lang/project.h"

namespace peregrine::cli {

// The system and the journeys that are selected. None when there are mistakes, in any journey, or
// nothing is selected; that has been printed.
std::optional<lang::Project> read_or_tell(const Flags& flags);

// The system alone, of a folder or a file in one.
std::optional<lang::Project> read_system_or_tell(const Flags& flags);

}  // namespace peregrine::cli
