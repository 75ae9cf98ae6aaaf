// Some of many plays, chosen so that each is among them with the same probability, for `then`.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/value.h"

namespace peregrine::trial {

struct ToldPlays {
  static constexpr size_t kMost = 1000;  // of each journey

  base::List plays{};
  uint64_t seen = 0;  // of which these were chosen

  // Vitter's algorithm R: each play is kept with the same probability.
  void add(const base::Value& play, base::Random& random);
};

// Some of all of them, chosen evenly, whatever each of them has seen.
base::List chosen_of(std::vector<ToldPlays> all, base::Random& random);

}  // namespace peregrine::trial
