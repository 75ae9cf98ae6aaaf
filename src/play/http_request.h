// A request of a step: from the plan's templates to what is sent.
#pragma once

#include "net/http_client.h"
#include "net/url.h"
#include "play/action.h"

namespace peregrine::play {

// Fills the request, and to whom it goes. Fails when a template has no value, or for a host that
// nothing may be sent to. REQUIRES: `request` is as new.
base::Result<> fill_request(const lang::HttpAction& action, const Attempt& attempt,
                            net::Origin& origin, wire::Request& request);

// Whether the system lets a request go there; the error says how to allow it.
base::Result<> check_reach(const Attempt& attempt, const net::Url& url);

net::Url url_of(const net::Origin& origin, const wire::Request& request);

}  // namespace peregrine::play
