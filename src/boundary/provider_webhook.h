// Webhooks made of what effects have sent, and the requests that carry them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "boundary/provider_call.h"
#include "boundary/provider_world.h"
#include "net/url.h"

namespace peregrine::boundary {

// What is posted of an event: its body and headers, without a URL. Without `webhooks` in its file a
// provider posts the data alone.
base::Result<Webhook> make_webhook(ProviderWorld& world, const ProviderEvent& event,
                                   base::WallTime now);

// The request of an attempt now, signed.
base::Result<wire::Request> webhook_request(ProviderWorld& world, const Webhook& webhook,
                                            const net::Url& url, base::WallTime now);

}  // namespace peregrine::boundary
