// What is part of the language, was read and checked, and cannot be played by this version. It is
// no mistake: `check` tells it, and a trial that needs it leaves it out by name, never in silence.
//
// Those of system.yaml lie in SystemSpec::not_playable, those of a journey in Plan::not_playable.
#pragma once

#include <string>
#include <vector>

#include "lang/source.h"

namespace peregrine::lang {

struct NotPlayable {
  Place at;
  std::string what;  // begins a sentence: "the verb `mail`", "the provider `calcom`"
  // Whether a journey that has it, or the system, cannot be played by `run` without. What only
  // another trial asks for (`race:`, `loads:`) is not needed.
  bool run_needs_it = true;

  // "the verb `mail` cannot be played by this version yet"
  std::string message() const;
};

// The first that `run` needs, or null.
const NotPlayable* first_needed(const std::vector<NotPlayable>& list);

// Why `run` does not play what has these, for a report: "line 12: the verb `mail` cannot be played
// by this version yet". Empty when it can be played.
std::string reason_not_to_play(const std::vector<NotPlayable>& list);

}  // namespace peregrine::lang
