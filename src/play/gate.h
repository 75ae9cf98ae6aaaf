// Where those who contend are let in, one at a time (the trial `race`): contenders of a journey, or
// the branches of a `together`.
//
// One thread: the loop's.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "io/task.h"
#include "net/http_call.h"

namespace peregrine::play {

class Gate {
 public:
  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  virtual ~Gate() = default;
  // So many come now; nothing that happened before is of the race. Once in a play.
  virtual void gather(size_t contenders) = 0;
  // Waits until this one is let in; false when he is to stay away. Fails when cancelled.
  virtual io::Task<base::Result<bool>> enter(size_t contender) = 0;
  // Where all go at once: waits until everybody is about to do something at the same instant. Comes
  // before the first thing that one does there, of a request before its last byte.
  virtual io::Task<base::Result<>> line_up(size_t contender) = 0;
  // He has nothing more to do here.
  virtual void leave(size_t contender) = 0;
  // All have left; what they have set going may still be under way. Waits for that.
  virtual io::Task<void> disperse() = 0;
};

// The place of one of them in that line.
class Place final : public net::LastByte {
 public:
  Place(Gate& gate, size_t contender) : gate_(gate), contender_(contender) {}
  io::Task<base::Result<>> may_go() override { return gate_.line_up(contender_); }

 private:
  Gate& gate_;
  const size_t contender_;
};

}  // namespace peregrine::play
