// The trial `race`: what happens when several people act at once, in every order of what they ask
// of databases and third parties, up to a bound of preemptions.
//
// Each order is a play of the journey from a clean system. First all go one after the other, which
// must hold, and gives the end states that are right; then all at once, a few times, as they come;
// then order after order until one falls or all have been played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/loop.h"
#include "lang/project.h"
#include "record/results.h"
#include "trial/replays.h"

namespace peregrine::trial {

struct RaceOptions {
  uint64_t seed = 0;
  uint64_t times = 5;                          // all at once
  uint64_t most_schedules = 1'000;             // of a journey
  std::optional<uint64_t> bound{};             // over what the journey says
  std::optional<std::vector<size_t>> order{};  // this one alone is played
  bool at_once_alone = false;                  // or this, and no order
  bool is_replay = false;                      // of what was found: that it holds is worth a note
  std::string repeat{};                        // the command that plays this again
  ReplayCommand replay{};                      // and that of one finding
};

// Whether several contend in it, and it is played: not in what is kept of an order.
bool has_race(const lang::Plan& plan);

// Starts the system, races the journeys that have a race, ends the system. Fails when the system
// cannot be started; whatever happens later is in the result. REQUIRES: one has a race.
io::Task<base::Result<record::RunResult>> race(io::Loop& loop, const lang::Project& project,
                                               RaceOptions options, record::Observer& observer);

}  // namespace peregrine::trial
