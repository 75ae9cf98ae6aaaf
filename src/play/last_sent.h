// When a journey sent something last, for the latency of what comes upon it. What the loop was told
// of in one turn came before whatever is sent in that turn: a message waits for its turn behind the
// step that follows the answer, and that step may send again.
#pragma once

#include "base/time.h"

namespace peregrine::play {

class LastSent {
 public:
  // `turn` is the loop's time.
  void note(base::Instant at, base::Instant turn) {
    if (at_ <= turn) before_turn_ = at_;
    at_ = at;
  }
  // How long after the last thing sent before it something came that the loop was told of in this
  // turn.
  base::Duration until(base::Instant turn) const {
    return turn - (at_ <= turn ? at_ : before_turn_);
  }

 private:
  base::Instant at_{};
  base::Instant before_turn_{};
};

}  // namespace peregrine::play
