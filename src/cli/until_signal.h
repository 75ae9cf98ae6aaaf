// What a command does until it has ended, or somebody ends it by a signal.
#pragma once

#include "io/interrupts.h"
#include "io/task.h"

namespace peregrine::cli {

// Does it to its end, or to the first signal, which cancels it. Gives that signal's number, or 0.
io::Task<int> until_signal(io::Loop& loop, io::Interrupts& interrupts, io::Task<void> work);

}  // namespace peregrine::cli
