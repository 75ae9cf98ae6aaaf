// Running a command that makes a database ready: migrations, most often.
#pragma once

#include "io/reaper.h"

namespace peregrine::system {

// Runs it to its end. Fails when it cannot be started, says no by its exit status, or the deadline
// passes; the error then has its last lines.
io::Task<base::Result<>> run_prepare(io::Reaper& reaper, io::Command command,
                                     io::Deadline deadline);

}  // namespace peregrine::system
