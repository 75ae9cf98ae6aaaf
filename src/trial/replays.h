// What a trial says of a play so that it can be played again: an id, and all that decides it.
#pragma once

#include <string>

#include "lang/project.h"
#include "record/race_result.h"

namespace peregrine::trial {

// The command that plays something again, around its id.
struct ReplayCommand {
  std::string before{};  // "peregrine replay "
  std::string after{};   // " shop"
};

// Those of one run.
class Replays {
 public:
  // `system` outlives it. `seed` is the run's.
  Replays(const lang::SystemSpec& system, uint64_t seed, ReplayCommand command)
      : system_(system), seed_(seed), command_(std::move(command)) {}

  // Of a play of `run`, in its round.
  record::Replay of_play(const lang::Plan& plan, uint64_t round) const;
  // Names each finding of the plan's race. `times` is how often all went at once.
  void name_findings(record::RaceResult& race, const lang::Plan& plan, uint64_t times) const;

 private:
  record::Replay begin(std::string trial, const lang::Source& source,
                       const std::string& journey) const;
  void name(record::Replay& replay, const std::vector<std::string>& words) const;

  const lang::SystemSpec& system_;
  uint64_t seed_;
  ReplayCommand command_;
};

}  // namespace peregrine::trial
