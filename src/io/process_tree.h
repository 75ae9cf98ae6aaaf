// Processes and their descendants, as /proc shows them, and their end.
#pragma once

#include <sys/types.h>

#include <set>
#include <vector>

namespace peregrine::io {

// A process, and all that it and these have started, zombies too. They come and go while it looks.
std::vector<pid_t> tree_of(pid_t root);

// Whether a thread of the process runs, or waits for a processor or a disk: it is not idle. False
// where there is no such process.
bool is_busy(pid_t pid);

// Kills all descendants of this process and waits for them, until there are none or the time is
// over. `ours` gets the ids of those that were there. REQUIRES: this process is a child subreaper.
// True when none is left.
bool kill_descendants(int most_ms, std::set<pid_t>& ours);

// Removes System V shared memory that one of these processes made and nobody uses any more: it
// outlives a killed process otherwise (PostgreSQL has a page of it per server).
void remove_shared_memory_of(const std::set<pid_t>& makers);

}  // namespace peregrine::io
