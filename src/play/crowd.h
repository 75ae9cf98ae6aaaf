// What the users of a load have in common, and how each plays.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "play/meter.h"
#include "play/stream_totals.h"

namespace peregrine::play {

struct Crowd {
  // The names as `given` has left them: where each play begins.
  std::vector<base::Value> given{};
  Meter& meter;
  StreamTotals& streams;
  // Between two steps that ask something, from and to; chosen for each by the play's seed.
  std::optional<std::pair<base::Duration, base::Duration>> think{};
};

}  // namespace peregrine::play
