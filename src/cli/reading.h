// Reading a project for a command, with its mistakes told on standard error.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lang/project.h"

namespace peregrine::cli {

// None when there are mistakes; they have been printed.
std::optional<lang::Project> read_or_tell(const std::vector<std::string>& paths);

}  // namespace peregrine::cli
