// What a step sees of an answer. Of the body only what it reads is made.
#pragma once

#include "play/action.h"
#include "wire/http_message.h"

namespace peregrine::play {

// Fails when the body is coded (gzip, …) in a way that cannot be undone, or would be too large.
base::Result<> see_answer(const wire::Response& response, base::Duration took, Attempt& attempt);

}  // namespace peregrine::play
