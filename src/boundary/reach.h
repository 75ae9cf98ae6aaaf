// What an operation reaches: what it may read, change or lock, as far as its boundary knows. Names
// mean something to that boundary only: a table, a key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::boundary {

struct Touch {
  static constexpr uint8_t kReads = 1, kWrites = 2, kLocks = 4;

  std::string what;  // what ends with kAnything is all that begins so
  uint8_t how = kReads;
  bool operator==(const Touch&) const = default;
};
inline constexpr std::string_view kAnything = "*";

struct Reach {
  std::vector<Touch> touches{};
  // The server's own number for the lane, by which it can be asked who waits for whom: a process of
  // PostgreSQL. 0: it has none.
  uint64_t session = 0;
  // It goes on in a transaction that its lane has begun.
  bool within = false;
  // What follows in its transaction is read as it is now.
  bool snapshot = false;
  // It can be carried out first, and be seen by others later (Verdict::divided).
  bool divisible = false;
  // What it touches is not of its boundary alone, as the time of day is not: kAnything is all of
  // all.
  bool everywhere = false;
};

// Two that conflict may end differently in the other order.
bool conflict(const std::vector<Touch>& one, const std::vector<Touch>& other);
// Adds to what is reached already.
void add_touch(std::vector<Touch>& touches, const Touch& touch);

}  // namespace peregrine::boundary
