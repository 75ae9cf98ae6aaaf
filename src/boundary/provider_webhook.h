// Webhooks made of what effects have sent, and the requests that carry them.
#pragma once

#include "base/result.h"
#include "boundary/provider_call.h"
#include "boundary/provider_world.h"
#include "net/url.h"

namespace peregrine::boundary {

// What is posted of an event: its body and headers, to the URL that the event names, if any.
// Without `webhooks` in its file a provider posts the data alone. Fails as its templates do.
base::Result<Webhook> make_webhook(ProviderWorld& world, const ProviderEvent& event,
                                   base::WallTime now);

// The request of an attempt now, signed. Fails as sign() and the template of its secret do.
base::Result<wire::Request> webhook_request(ProviderWorld& world, const Webhook& webhook,
                                            const net::Url& url, base::WallTime now);

}  // namespace peregrine::boundary
