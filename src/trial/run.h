// The trial `run`: each journey once, one after another, each from a clean database.
#pragma once

#include <cstdint>

#include "io/loop.h"
#include "lang/project.h"
#include "record/results.h"

namespace peregrine::trial {

struct RunOptions {
  uint64_t seed = 0;
  bool fail_fast = false;
  std::string repeat;  // the command that plays this again
};

// Starts the system, plays, ends the system. Fails when the system cannot be started; whatever
// happens later is in the result. A service that ends by itself fails its journey and the run.
io::Task<base::Result<record::RunResult>> run(io::Loop& loop, const lang::Project& project,
                                              RunOptions options, record::Observer& observer);

}  // namespace peregrine::trial
