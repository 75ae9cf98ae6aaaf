// When a journey sent something last, for the latency of what comes upon it.
//
// The loop may be told of an answer and of a message in one turn. The step that follows the answer
// runs first, and may send again before the message is looked at. But the message came before that:
// so of the last two times the earlier one counts where the later one lies in the same turn.
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
  // The latency of something that the loop was told of in this turn.
  base::Duration until(base::Instant turn) const {
    return turn - (at_ <= turn ? at_ : before_turn_);
  }

 private:
  base::Instant at_{};
  base::Instant before_turn_{};
};

}  // namespace peregrine::play
