// Which TCP sockets this program has connected, it and its forked processes: by the kernel's cookie
// of each, which no other socket has. So that one of its own that has ended is told from others'.
//
// Bounded: the last kMostRemembered or so are known, in memory that processes share which are
// forked after remember_own_sockets(). A socket costs a system call and a store.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peregrine::io {

inline constexpr size_t kMostRemembered = 1 << 16;

// From now on own sockets are remembered. Without memory for it none is.
void remember_own_sockets();

// A socket that this program has made, and is about to connect.
void remember_own_socket(int fd);

bool is_own_socket(uint64_t cookie);

}  // namespace peregrine::io
