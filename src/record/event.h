// What happened while a journey was played, on one time axis: the steps, and what each caused.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/time.h"

namespace peregrine::record {

struct Event {
  enum class Kind { step, request, answer, statement, log };

  base::Instant at;
  Kind kind;
  std::string source;   // "api", "postgres": whose boundary or log
  std::string text;     // one line: "POST /webhooks/retell", "INSERT INTO calls …"
  std::string detail;   // more of it: body, parameters
  std::string outcome;  // "204 in 3.2 ms", "INSERT 0 1"
  bool failed = false;
};

// The events of one play. Bounded in number, in the bytes of each text and of all: the oldest go
// first, and their number is kept.
class Timeline {
 public:
  static constexpr size_t kMost = 20'000;
  static constexpr size_t kMostBytes = size_t{64} << 20;
  static constexpr size_t kMostBytesOfText = size_t{16} << 10;

  void add(Event event);
  const std::deque<Event>& events() const { return events_; }
  uint64_t dropped() const { return dropped_; }
  // Events from `since` on, at most the last `most` of them.
  std::vector<Event> since(base::Instant since, size_t most) const;
  void clear();

 private:
  void drop_oldest();

  std::deque<Event> events_;
  size_t bytes_ = 0;
  uint64_t dropped_ = 0;
};

}  // namespace peregrine::record
