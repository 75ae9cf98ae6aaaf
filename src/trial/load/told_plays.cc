#include "trial/load/told_plays.h"

#include <utility>

namespace peregrine::trial {

void ToldPlays::add(const base::Value& play, base::Random& random) {
  ++seen;
  if (plays.size() < kMost) {
    plays.push_back(play);
    return;
  }
  const uint64_t place = random.below(seen);
  if (place < kMost) plays[place] = play;
}

// Draws one play after another as if from all that were seen: first of whom, by how many of his are
// left, then any of those that he kept, which are themselves chosen evenly.
base::List chosen_of(std::vector<ToldPlays> all, base::Random& random) {
  base::List chosen;
  uint64_t left = 0;
  for (ToldPlays& one : all) {
    if (one.plays.empty()) one.seen = 0;
    left += one.seen;
  }
  while (left > 0 && chosen.size() < ToldPlays::kMost) {
    uint64_t drawn = random.below(left);
    size_t whose = 0;
    while (drawn >= all[whose].seen) drawn -= all[whose++].seen;
    ToldPlays& one = all[whose];
    std::swap(one.plays[random.below(one.plays.size())], one.plays.back());
    chosen.push_back(std::move(one.plays.back()));
    one.plays.pop_back();
    // Those that he has not kept, for what he told was too much, cannot be drawn.
    const uint64_t gone = one.plays.empty() ? one.seen : 1;
    one.seen -= gone;
    left -= gone;
  }
  return chosen;
}

}  // namespace peregrine::trial
