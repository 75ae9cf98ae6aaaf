// What a step sees of an answer. Of the body only what it reads is made.
#pragma once

#include "play/action.h"
#include "wire/http_message.h"

namespace peregrine::play {

// Fails when the body is coded (gzip, …) in a way that cannot be undone, or would be too large.
// Says whether `json` holds only the part of it that the step reads.
base::Result<bool> see_answer(const wire::Response& response, base::Duration took,
                              Attempt& attempt);

// All of `json`, of which a part was seen before: for those who are told what the answer was.
base::Value whole_json(const wire::Response& response);

}  // namespace peregrine::play
