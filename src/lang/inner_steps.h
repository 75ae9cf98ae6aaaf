// The steps inside of a step: those of `together`, `each`, `repeat` and `use`.
#pragma once

#include <vector>

#include "lang/plan.h"

namespace peregrine::lang {

// A list for each branch; none for a step that holds no others. They belong to the action.
std::vector<const Steps*> inner_steps(const Action& action);
std::vector<Steps*> inner_steps(Action& action);

}  // namespace peregrine::lang
