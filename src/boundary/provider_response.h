// A reply of a provider's file as the response that is sent.
#pragma once

#include "base/result.h"
#include "boundary/provider_frame.h"
#include "lang/provider_reply.h"
#include "wire/http_message.h"

namespace peregrine::boundary {

base::Result<> make_response(const lang::Reply& reply, ProviderFrame& frame, wire::Response& into);

// When a provider's file gives no answer: a line of text, for whoever wrote it.
wire::Response mistaken_response(std::string_view provider, std::string_view mistake);

}  // namespace peregrine::boundary
