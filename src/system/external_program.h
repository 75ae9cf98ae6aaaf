// A program of the user's, run to its end beside the system: what it is given, what it says.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/process.h"
#include "io/reaper.h"

namespace peregrine::system {

struct ProgramResult {
  io::ExitStatus status;
  std::string output;                 // its standard output, whole
  std::vector<std::string> messages;  // its standard error, the first io::kOutputLines lines
};

// Input and output are files in `folder`, which are gone afterwards. Fails when the program cannot
// be started, does not end before the deadline (it is killed then), or says more than
// io::kLargestOutput. `started` is told which process it is.
io::Task<base::Result<ProgramResult>> run_external_program(io::Reaper& reaper, std::string folder,
                                                           io::Command command, std::string input,
                                                           io::Deadline deadline,
                                                           std::function<void(pid_t)> started = {});

}  // namespace peregrine::system
