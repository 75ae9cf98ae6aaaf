// What a loop has to wake at an instant, the next first.
//
// Most waits are for an answer, with a deadline seconds ahead that never comes. So a timer that is
// far ahead lies unordered in a timing wheel (Varghese and Lauck, "Hashed and Hierarchical Timing
// Wheels", 1987), one list for each quarter of a second, where it comes and goes by touching its
// neighbours alone, however many there are. Those of the current list, and those beyond the wheel,
// are in a heap by their instants.
//
// One thread: the loop's.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace peregrine::io::detail {

// Lives in what waits; belongs to Timers from `add` until `remove`.
class Timer {
 public:
  explicit Timer(base::Instant at) : at_(at) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  base::Instant at() const { return at_; }
  bool is_set() const { return place_ != kNowhere; }

 protected:
  ~Timer() = default;
  // REQUIRES: it is not set.
  void move_to(base::Instant at) { at_ = at; }

 private:
  friend class Timers;
  static constexpr uint32_t kNowhere = UINT32_MAX;
  static constexpr uint32_t kInWheel = UINT32_MAX - 1;

  base::Instant at_;
  Timer* next_ = nullptr;      // in a list of the wheel
  Timer** link_ = nullptr;     // what points to it there
  uint32_t place_ = kNowhere;  // in the heap, or one of the above
};

class Timers {
 public:
  explicit Timers(base::Instant now);
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;
  ~Timers() = default;

  bool empty() const { return heap_.empty() && in_wheel_ == 0; }
  // Nothing is due before it. It is when the first of the heap is due, or when the next list of the
  // wheel goes there, which may be an empty one. The latest instant where there is no timer.
  base::Instant next() const;
  // One that is due at `now`, or null. It stays until it is removed.
  Timer* due(base::Instant now);

  // REQUIRES: it is not set.
  void add(Timer& timer);
  // REQUIRES: it is set.
  void remove(Timer& timer);

 private:
  // 68 s of 0.27 s each: longer than most deadlines are ahead.
  static constexpr uint64_t kSlots = 256;
  static constexpr int kSlotBits = 28;

  struct Entry {
    base::Instant at;
    Timer* timer;
  };

  static int64_t slot_of(base::Instant at) { return at.time_since_epoch().count() >> kSlotBits; }
  Timer*& list(int64_t slot) { return wheel_[static_cast<uint64_t>(slot) % kSlots]; }
  void open_until(int64_t slot);
  void unlink(Timer& timer);
  void push(Timer& timer);
  void place(size_t index, Entry entry);
  void sift_up(size_t index, Entry moving);
  void sift_down(size_t index, Entry moving);

  std::vector<Entry> heap_;  // each node has four children
  std::array<Timer*, kSlots> wheel_{};
  size_t in_wheel_ = 0;
  int64_t opened_;  // the last slot whose timers are in the heap
};

}  // namespace peregrine::io::detail
