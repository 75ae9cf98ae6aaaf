// Whether a program will show a clock that is moved.
#pragma once

#include <optional>
#include <string>

#include "io/process.h"

namespace peregrine::system {

// Why it will not, as the end of a sentence that begins with its name: "is linked statically, …".
// Nothing when it will, or that cannot be told: only the program that the command names is looked
// at, of a script its interpreter, and not what these start.
std::optional<std::string> why_clock_is_not_seen(const io::Command& command);

}  // namespace peregrine::system
