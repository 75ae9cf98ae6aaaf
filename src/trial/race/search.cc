#include "trial/race/search.h"

#include <algorithm>
#include <span>
#include <utility>

namespace peregrine::trial {

size_t go_on(const Choice& choice) {
  const bool can = !choice.first && choice.find(choice.before);
  return can ? choice.before : choice.options.front().contender;
}

std::optional<Choices> Search::next() {
  while (at_ < waiting_.size() && waiting_[at_].empty()) ++at_;
  if (at_ == waiting_.size()) return std::nullopt;
  Choices choices = std::move(waiting_[at_].front());
  waiting_[at_].pop_front();
  begun_ = choices.size();
  return choices;
}

// Each choice that was not given could have been another.
void Search::tell(const Trace& trace, const Reached& reached) {
  for (size_t i = begun_; i < trace.choices.size(); ++i) branch(trace, i, reached);
}

void Search::branch(const Trace& trace, size_t at, const Reached& reached) {
  Choices before;
  size_t preempted = 0;
  for (const Choice& choice : std::span(trace.choices).first(at)) {
    before.push_back(choice.chosen);
    preempted += choice.preempts() ? 1 : 0;
  }
  const Choice& choice = trace.choices[at];
  const Choice::Option* const goes_on = choice.first ? nullptr : choice.find(choice.before);
  for (const Choice::Option& option : choice.options) {
    if (option.contender == choice.chosen) continue;
    if (option.fresh && is_alike(choice, option.contender)) {
      ++symmetric_;
      continue;
    }
    const bool preempts = goes_on && goes_on != &option;
    const bool knows = option.contender < reached.size() && !reached[option.contender].empty();
    if (preempts && options_.only_conflicts && knows &&
        !boundary::conflict(goes_on->touches, reached[option.contender])) {
      ++without_conflict_;
      continue;
    }
    const size_t level = preempted + (preempts ? 1 : 0);
    if (level >= waiting_.size()) continue;
    Choices other = before;
    other.push_back(option.contender);
    waiting_[level].push_back(std::move(other));
  }
}

// Whether one who does the same and comes before him has done nothing yet either.
bool Search::is_alike(const Choice& choice, size_t contender) const {
  if (!options_.symmetry) return false;
  return std::ranges::any_of(choice.options, [&](const Choice::Option& other) {
    const bool before = other.contender == choice.chosen || other.contender < contender;
    const bool goes_on = !choice.first && other.contender == choice.before;
    return other.fresh && before && !goes_on && other.contender != contender;
  });
}

size_t Search::waiting() const {
  size_t all = 0;
  for (const auto& each : waiting_) all += each.size();
  return all;
}

}  // namespace peregrine::trial
