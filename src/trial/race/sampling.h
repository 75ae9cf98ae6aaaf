// Orders at random, where there are too many to play them all: partial order sampling (Yuan, Yang
// and Gu, CAV 2018). Every operation has a priority by chance, and the highest goes on; those that
// conflict with it draw again. So each order of what conflicts is about as likely as any other,
// where a choice at random at each step would favour orders of what does not matter.
#pragma once

#include <map>

#include "base/random.h"
#include "trial/race/schedule.h"

namespace peregrine::trial {

// Of one play.
class Sampling {
 public:
  explicit Sampling(uint64_t seed) : random_(base::Random::stream(seed, "orders")) {}
  // Who goes on.
  size_t choose(const Choice& choice);

 private:
  base::Random random_;
  std::map<size_t, uint64_t> priorities_;  // of each contender's next operation
};

}  // namespace peregrine::trial
