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

std::string where_it_left(const Choices& order, const Trace& trace,
                          const std::vector<std::string>& contenders) {
  const size_t at = trace.diverged.value_or(trace.choices.size());
  if (at >= order.size()) return "";
  const size_t who = order[at];
  const std::string number = std::to_string(who + 1);
  return fmt::format("at choice {} of {}, that of {}, {}", at + 1, order.size(),
                     record::title_of_contender(who < contenders.size() ? contenders[who] : number),
                     trace.diverged ? "he waits, or is done" : "nobody has anything more to ask");
}

}  // namespace peregrine::trial
