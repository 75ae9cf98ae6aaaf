// When a message was sent, by what it says of itself: the value of `sent_at`.
//
// An instant, text as RFC 3339 has it, or a number of milliseconds since 1970, as JavaScript's
// Date.now() gives it. It is of the time of day that services see; a message came at an instant of
// the loop. One thread: the loop's.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace peregrine::play {

class SentAt {
 public:
  // Both clocks are read once: `ahead` is how far that of services is ahead of the machine's.
  explicit SentAt(base::Duration ahead)
      : ahead_(ahead), wall_(base::wall_now()), monotonic_(base::monotonic_now()) {}

  // Never later than `came`: two clocks that are read one after the other may differ by a little.
  // Nothing for null: nobody knows when that one was sent. Fails with Code::invalid for what is no
  // time, and for one that is so far from `came` that its unit is not what it should be.
  base::Result<std::optional<base::Instant>> instant_of(const base::Value& told,
                                                        base::Instant came) const;

 private:
  base::Duration ahead_;
  base::WallTime wall_;
  base::Instant monotonic_;
};

}  // namespace peregrine::play
