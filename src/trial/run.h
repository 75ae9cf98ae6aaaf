// The trial `run`: each journey once, or once a round, each from a clean database; one after
// another, or several at once, each against a copy of the system of its own.
#pragma once

#include <cstdint>

#include "io/loop.h"
#include "lang/project.h"
#include "record/results.h"
#include "trial/replays.h"

namespace peregrine::trial {

// A round plays with a seed of its own, the run's plus its number, so that a run with that seed and
// of one round plays the same again.
struct RunOptions {
  uint64_t seed = 0;
  uint64_t rounds = 1;
  uint64_t first_round = 0;  // with the seed that it would have behind those before it
  bool shuffle = false;  // each round in an order that its seed decides; else in the files' order
  bool fail_fast = false;
  bool is_replay = false;  // of what has failed: that it holds is worth a note
  std::string repeat{};    // the command that plays this again
  ReplayCommand replay{};  // and that of one play
  // How many copies of the system. What comes of the plays, and the order in which they are told,
  // does not depend on it.
  uint64_t jobs = 1;
  bool keep_events = false;  // of each play, for a report that shows them
};

// Why a journey is not played: it says so itself, or this version cannot. Empty when it is.
std::string reason_to_skip(const lang::Plan& plan);

// How many results a run has that is played to its end. A journey that is skipped is told of once,
// and the kept order of a race is played once.
size_t planned_plays(const lang::Project& project, const RunOptions& options);

// The journeys of a round, in the order in which it plays them.
std::vector<const lang::Plan*> order_of(const lang::Project& project, const RunOptions& options,
                                        uint64_t round);

// Starts the system, plays, ends the system; starts nothing when every journey is skipped. Fails
// when the system cannot be started; whatever happens later is in the result. A service that ends
// by itself fails its journey and the run.
io::Task<base::Result<record::RunResult>> run(io::Loop& loop, const lang::Project& project,
                                              RunOptions options, record::Observer& observer);

}  // namespace peregrine::trial
