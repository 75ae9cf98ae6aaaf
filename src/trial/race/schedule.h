// A schedule of a race: who was let go on at each point where several could, and what all of them
// did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "boundary/reach.h"
#include "record/race_result.h"

namespace peregrine::trial {

// Who goes on at each choice, contenders by number.
using Choices = std::vector<size_t>;

// A point at which the next operation was chosen.
struct Choice {
  // A contender who could have gone on, and what his next operation reaches.
  struct Option {
    size_t contender;
    std::vector<boundary::Touch> touches;
    bool fresh = false;  // he has done nothing yet that others could see
  };
  std::vector<Option> options;  // by number of the contender
  size_t chosen = 0;            // a contender
  // Who went on before; he could have gone on again when he is among the options.
  size_t before = 0;
  bool first = false;  // nobody went on before
  size_t act = 0;      // of the trace: what he did then

  const Option* find(size_t contender) const;
  bool preempts() const { return !first && chosen != before && find(before); }
};

using Act = record::RaceAct;

struct Trace {
  std::vector<Choice> choices;
  std::vector<Act> acts;
  std::vector<base::Instant> times;  // of the acts, and when all of it was over
  bool hung = false;
  std::optional<size_t> diverged{};  // the first choice at which another was asked for, from 0
  size_t operations = 0;

  void add(Act act);
  Choices chosen() const;
  size_t preemptions() const;
};

// Where a play left the order that it was to follow, in words for people; empty: it did not.
// `contenders`: what they are called.
std::string where_it_left(const Choices& order, const Trace& trace,
                          const std::vector<std::string>& contenders);

}  // namespace peregrine::trial
