#include "lang/inner_steps.h"

namespace peregrine::lang {

std::vector<const Steps*> inner_steps(const Action& action) {
  std::vector<const Steps*> inner;
  if (const auto* together = std::get_if<TogetherAction>(&action)) {
    for (const auto& branch : together->branches) inner.push_back(&branch.steps);
  } else if (const auto* each = std::get_if<EachAction>(&action)) {
    inner.push_back(&each->steps);
  } else if (const auto* repeat = std::get_if<RepeatAction>(&action)) {
    inner.push_back(&repeat->steps);
  } else if (const auto* use = std::get_if<UseAction>(&action)) {
    inner.push_back(&use->steps);
  }
  return inner;
}

}  // namespace peregrine::lang
