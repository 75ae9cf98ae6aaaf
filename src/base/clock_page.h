// The page through which Peregrine moves the clock of the programs that it starts: a file that
// Peregrine writes and each of them has mapped for reading, by the library in preload/.
//
//   byte 0   magic     which layout this is; anything else is not read
//   byte 8   ahead_ns  how far their time of day is ahead of the machine's, in nanoseconds
//
// One atomic number is all there is to agree on, so a reader takes no lock and never waits.
// Included by a library that has no C++ runtime: nothing here may need one.
#pragma once

#include <atomic>
#include <cstdint>

namespace peregrine::base {

struct ClockPage {
  static constexpr uint64_t kMagic = 0x31636b6c63677270;       // "prgclkc1" as bytes
  static constexpr const char* kVariable = "PEREGRINE_CLOCK";  // holds the path of the file

  uint64_t magic = kMagic;
  std::atomic<int64_t> ahead_ns = 0;
};
static_assert(sizeof(ClockPage) == 16 && std::atomic<int64_t>::is_always_lock_free);

}  // namespace peregrine::base
