// Effects: all of one `do` happen, or nothing does.
#pragma once

#include <vector>

#include "boundary/provider_frame.h"
#include "boundary/provider_world.h"
#include "lang/provider_effect.h"

namespace peregrine::boundary {

// Does them in order, each seeing those before, and gives the webhooks that they ask for. If one
// cannot be done the world's objects are as they were.
Allowed<std::vector<ProviderEvent>> do_effects(const std::vector<lang::Effect>& effects,
                                               ProviderFrame& frame);

}  // namespace peregrine::boundary
