// What is known of a command of Redis by its name.
#pragma once

#include <string>
#include <string_view>

#include "lang/command.h"

namespace peregrine::lang {

// The first word in capitals; empty when only an expression says it.
std::string redis_command_name(const Command& command);

// Whether it changes what Redis holds. Of a script nobody knows, nor of a module's commands: they
// do not.
bool redis_writes(std::string_view name);

// Whether it changes the connection that it comes on, or has not exactly one answer: such a command
// cannot stand alone.
bool redis_changes_connection(std::string_view name);

}  // namespace peregrine::lang
