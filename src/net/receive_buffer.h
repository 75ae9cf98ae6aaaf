// Where bytes are received that are used before their task waits again, as a stream allows: one
// buffer a thread for all of them. Thousands of connections may be open on which nothing comes, and
// a buffer of each one's own would be most of what it takes.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace peregrine::net {

inline std::span<char> receive_buffer() {
  thread_local std::array<char, size_t{64} * 1024> buffer;
  return buffer;
}

}  // namespace peregrine::net
