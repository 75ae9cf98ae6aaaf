// Who plays a journey: the actors of the system, each once or as the journey's `actors:` say.
#pragma once

#include "lang/step_reader.h"

namespace peregrine::lang {

// Fills Plan::persons. `node` is the journey's `actors:`, or null.
void read_persons(const Node* node, StepReader& steps);

}  // namespace peregrine::lang
