// Who contends in a journey's race.
#pragma once

#include <string>
#include <vector>

#include "lang/plan.h"

namespace peregrine::trial {

// What each is called: by his number where all do the same; a branch of `together` by the sentence
// of its first step; who plays one of several journeys by its name. No two are called alike. Empty
// for a journey without a race.
std::vector<std::string> contenders_of(const lang::Plan& plan);

// Whether all do the same, and nothing depends on who it is.
bool are_alike(const lang::Plan& plan);

}  // namespace peregrine::trial
