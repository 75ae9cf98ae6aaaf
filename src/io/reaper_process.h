// The reaper's side: what the forked process does. See reaper.h for what it is for.
#pragma once

#include <string>

namespace peregrine::io {

// Serves requests from `socket` until its end or a Stop, then kills what is left, removes
// `directory` and exits. REQUIRES: freshly forked from a process with one thread.
[[noreturn]] void be_reaper(int socket, const std::string& directory);

}  // namespace peregrine::io
