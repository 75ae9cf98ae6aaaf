#include "lang/inner_steps.h"

#include <type_traits>

namespace peregrine::lang {

namespace {

// Of an action that may be changed, steps that may be.
template <class Of>
auto steps_in(Of& action) {
  using Inner = std::conditional_t<std::is_const_v<Of>, const Steps, Steps>;
  std::vector<Inner*> inner;
  if (auto* together = std::get_if<TogetherAction>(&action)) {
    for (auto& branch : together->branches) inner.push_back(&branch.steps);
  } else if (auto* each = std::get_if<EachAction>(&action)) {
    inner.push_back(&each->steps);
  } else if (auto* repeat = std::get_if<RepeatAction>(&action)) {
    inner.push_back(&repeat->steps);
  } else if (auto* use = std::get_if<UseAction>(&action)) {
    inner.push_back(&use->steps);
  }
  return inner;
}

}  // namespace

std::vector<const Steps*> inner_steps(const Action& action) { return steps_in(action); }
std::vector<Steps*> inner_steps(Action& action) { return steps_in(action); }

}  // namespace peregrine::lang
