// fork and exec, in the reaper's process.
#pragma once

#include <sys/types.h>

#include <string>

#include "io/reaper_messages.h"

namespace peregrine::io {

struct StartedProgram {
  pid_t pid = -1;     // leader of its own session and group; negative: it did not start
  int error = 0;      // errno then,
  std::string doing;  // of which step before it, empty: of the start itself
};

// Returns when the program runs or could not be started. `output` becomes its standard output and
// error, -1 is /dev/null. It gets no other descriptor, default signals, and a SIGKILL should this
// process die.
StartedProgram start_program(const reaper::Spawn& spawn, int output);

}  // namespace peregrine::io
