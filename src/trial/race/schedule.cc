#include "trial/race/schedule.h"

#include <algorithm>

namespace peregrine::trial {

const Choice::Option* Choice::find(size_t contender) const {
  const auto found = std::ranges::find(options, contender, &Option::contender);
  return found == options.end() ? nullptr : &*found;
}

Choices Trace::chosen() const {
  Choices all;
  for (const Choice& choice : choices) all.push_back(choice.chosen);
  return all;
}

size_t Trace::preemptions() const {
  return static_cast<size_t>(std::ranges::count_if(choices, &Choice::preempts));
}

}  // namespace peregrine::trial
