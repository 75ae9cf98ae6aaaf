// An order that a file keeps, played by the trial `run` among its journeys.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "play/action.h"
#include "record/results.h"

namespace peregrine::trial {

struct KeptPlay {
  record::JourneyResult journey{};
  std::optional<record::RaceResult> race{};  // where it fell: with the order as it went
};

// In turn first, then in that order: it fails when that falls, and passes when it holds, with a
// note where the order could not be followed. `seed` where the file says none; `background` is what
// services ask by themselves (race/idle.h). Fails when it could not be played to its end.
// REQUIRES: the plan keeps an order, and the system was started to be `ordered`.
io::Task<base::Result<KeptPlay>> play_kept(play::World& world, const lang::Plan& plan,
                                           uint64_t seed,
                                           std::set<std::string, std::less<>> background);

}  // namespace peregrine::trial
