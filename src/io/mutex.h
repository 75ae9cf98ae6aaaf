// One at a time, across waits: tasks that use a thing which serves a single one wait for each
// other.
//
//   CO_TRY(const Mutex::Turn turn, co_await mutex.lock(deadline));
//
// Threads: of one loop.
#pragma once

#include <utility>

#include "io/loop.h"

namespace peregrine::io {

class Mutex {
 public:
  explicit Mutex(Loop& loop) : free_(loop) {}

  // Holds it until destroyed. The mutex outlives it.
  class [[nodiscard]] Turn {
   public:
    Turn(Turn&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (!of_) return;
      of_->taken_ = false;
      of_->free_.notify_one();
    }

   private:
    friend class Mutex;
    explicit Turn(Mutex* of) : of_(of) { of->taken_ = true; }
    Mutex* of_;
  };

  // In no particular order. Fails on deadline or when cancelled.
  Task<base::Result<Turn>> lock(Deadline deadline) {
    while (taken_) {
      auto woken = co_await free_.wait(deadline);
      if (!woken) {
        // A notification that came with the end of this wait is somebody else's.
        if (!taken_) free_.notify_one();
        co_return std::unexpected(woken.error());
      }
    }
    co_return Turn(this);
  }

 private:
  bool taken_ = false;
  Signal free_;
};

}  // namespace peregrine::io
