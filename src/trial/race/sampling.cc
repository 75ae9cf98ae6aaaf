#include "trial/race/sampling.h"

namespace peregrine::trial {

size_t Sampling::choose(const Choice& choice) {
  const Choice::Option* best = nullptr;
  for (const Choice::Option& option : choice.options) {
    const auto [entry, fresh] = priorities_.try_emplace(option.contender, 0);
    if (fresh) entry->second = random_.next();
    if (!best || entry->second > priorities_[best->contender]) best = &option;
  }
  for (const Choice::Option& option : choice.options) {
    if (option.contender == best->contender) continue;
    if (boundary::conflict(option.touches, best->touches)) priorities_.erase(option.contender);
  }
  priorities_.erase(best->contender);
  return best->contender;
}

}  // namespace peregrine::trial
