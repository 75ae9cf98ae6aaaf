// `race:`, `load:`, `chaos:`, `probe:` of a journey: what other trials than `run` are told.
#pragma once

#include "lang/step_reader.h"

namespace peregrine::lang {

// Checks them, with the names that the journey's steps have left. They are noted as not playable
// yet, which does not keep `run` from playing the journey. `beside`: as read_journey() has it.
void read_trial_options(const Fields& journey, StepReader& steps, bool beside);

}  // namespace peregrine::lang
