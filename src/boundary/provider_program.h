// `exec`: the user's own program answers a request. It is given the request as JSON, as expressions
// see it: method path query form json headers text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "boundary/provider_frame.h"
#include "boundary/provider_request.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

// The words of a command. Blanks that the file writes separate them; an expression is of one word,
// whatever it gives.
base::Result<std::vector<std::string>> words_of(const lang::Template& command,
                                                ProviderFrame& frame);

std::string program_input(const ProviderRequest& request);

// What it has printed as an answer: a JSON map with `status` is a reply, with `headers` and one of
// `json` and `text` if it has them; anything else is the body of a 200, JSON if it is that.
base::Result<wire::Response> response_of_program(std::string_view said);

}  // namespace peregrine::boundary
