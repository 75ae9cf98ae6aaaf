// What the streams of all who play come to together, where many play: counted, and bounded in what
// they keep. A stream keeps its messages for as long as its play lasts; thousands of streams that a
// service floods would else take all memory.
//
// One thread: that of the players. Outlives the streams that count in it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace peregrine::play {

class StreamTotals {
 public:
  static constexpr size_t kMostKept = size_t{256} << 20;  // bytes, of all streams that are open

  struct Counts {
    uint64_t opened = 0;
    uint64_t broke = 0;     // ended otherwise than they should: cut off, or against a limit
    uint64_t messages = 0;  // that came
    uint64_t bytes = 0;     // of these
  };

  explicit StreamTotals(size_t most_kept = kMostKept) : most_kept_(most_kept) {}
  StreamTotals(const StreamTotals&) = delete;
  StreamTotals& operator=(const StreamTotals&) = delete;

  void opened() {
    ++counts_.opened;
    most_open_ = std::max(most_open_, ++open_);
  }
  void broke() { ++counts_.broke; }
  void ended() { --open_; }
  void came(size_t bytes) {
    ++counts_.messages;
    counts_.bytes += bytes;
  }
  // False when all together would keep too much; nothing is kept then.
  bool keep(size_t bytes) {
    if (bytes > most_kept_ - kept_) return false;
    kept_ += bytes;
    return true;
  }
  void forget(size_t bytes) { kept_ -= bytes; }
  size_t most_kept() const { return most_kept_; }

  const Counts& counts() const { return counts_; }
  // The most that were open at the same time since this was asked last.
  uint64_t take_most_open() {
    const uint64_t most = most_open_;
    most_open_ = open_;
    return most;
  }

 private:
  const size_t most_kept_;
  Counts counts_;
  uint64_t open_ = 0;
  uint64_t most_open_ = 0;
  size_t kept_ = 0;
};

}  // namespace peregrine::play
