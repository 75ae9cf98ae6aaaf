#include "trial/race/schedule.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace peregrine::trial {

const Choice::Option* Choice::find(size_t contender) const {
  const auto found = std::ranges::find(options, contender, &Option::contender);
  return found == options.end() ? nullptr : &*found;
}

void Trace::add(Act act) {
  acts.push_back(std::move(act));
  times.push_back(base::monotonic_now());
}

Choices Trace::chosen() const {
  Choices all;
  for (const Choice& choice : choices) all.push_back(choice.chosen);
  return all;
}

size_t Trace::preemptions() const {
  return static_cast<size_t>(std::ranges::count_if(choices, &Choice::preempts));
}

std::string where_it_left(const Choices& order, const Trace& trace) {
  const size_t at = trace.diverged.value_or(trace.choices.size());
  if (at >= order.size()) return "";
  return fmt::format(
      "at choice {} of {} contender {} was to go on, and {}", at + 1, order.size(), order[at] + 1,
      trace.diverged ? "could not: he waits, or is done" : "nobody had anything more to ask");
}

}  // namespace peregrine::trial
