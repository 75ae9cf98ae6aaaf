// In how many processes the users of a load are played.
//
// One loop uses one processor, and each user needs a descriptor. Where one process will do, it is
// one: it plays the users beside the system that it has. Where it will not, users are played by
// workers (workers.h), and in the first process only what looks.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "lang/load_spec.h"

namespace peregrine::trial {

struct PlannedLoad;

struct ProcessRules {
  std::optional<size_t> wanted{};  // what the user has said: 1 is one process
  size_t processors = 1;           // that this machine has for all that is played
  size_t most_users = 0;           // of one process: it needs a descriptor for each
};

// Why the plays of a load cannot be played without the system, if they cannot.
std::optional<std::string> why_one_process(const PlannedLoad& load);
// How many workers play a load as this says it; 0: none, all is played in one process.
size_t workers_for(const PlannedLoad& load, const lang::LoadSpec& spec, const ProcessRules& rules);
// As many users as may play a load at the same time, however many processes that takes.
size_t most_users_of(const PlannedLoad& load, const ProcessRules& rules);
// The share of a load's plays that look into databases, mail, logs; 0 where there is nothing to
// look at.
double looking(const PlannedLoad& load, const lang::LoadSpec& spec);
// Why a load is not played in several processes although it would be; empty if it is as it should
// be.
std::string note_of(const PlannedLoad& load, const ProcessRules& rules);

}  // namespace peregrine::trial
