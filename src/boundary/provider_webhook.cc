#include "boundary/provider_webhook.h"

#include <utility>

#include "base/json.h"
#include "boundary/provider_form.h"
#include "boundary/provider_frame.h"
#include "boundary/provider_signature.h"

namespace peregrine::boundary {

using base::Result;
using base::Value;

namespace {

// REQUIRES: the file has `webhooks`.
void set_event(ProviderFrame& frame, const std::string& event, Value data) {
  const lang::Webhooks& webhooks = *frame.world().spec->webhooks;
  frame.set(webhooks.event, Value(event));
  frame.set(webhooks.data, std::move(data));
}

}  // namespace

Result<Webhook> make_webhook(ProviderWorld& world, const ProviderEvent& event, base::WallTime now) {
  Webhook webhook;
  webhook.event = event.name;
  webhook.url = event.to;
  webhook.json = event.data;
  if (world.spec->webhooks) {
    ProviderFrame frame(world, world.spec->webhooks->slots, now);
    set_event(frame, event.name, event.data);
    TRY(webhook.json, frame.fill(world.spec->webhooks->body));
    for (const auto& [name, value] : world.spec->webhooks->headers) {
      TRY(const std::string text, frame.fill_text(value));
      webhook.headers.add(name, text);
    }
  }
  const bool form = world.spec->webhooks && world.spec->webhooks->form;
  webhook.body = form ? to_form(webhook.json) : base::to_json(webhook.json);
  return webhook;
}

Result<wire::Request> webhook_request(ProviderWorld& world, const Webhook& webhook,
                                      const net::Url& url, base::WallTime now) {
  wire::Request request{.method = "POST", .target = url.target(), .body = webhook.body};
  const auto& webhooks = world.spec->webhooks;
  request.headers.add("content-type", webhooks && webhooks->form
                                          ? "application/x-www-form-urlencoded"
                                          : "application/json");
  request.headers.add("user-agent", "peregrine-" + world.spec->name);
  for (const wire::Header& header : webhook.headers) {
    request.headers.set(header.name, header.value);
  }
  if (!webhooks || !webhooks->sign) return request;
  // A secret that was never agreed upon is null.
  ProviderFrame frame(world, webhooks->slots, now);
  set_event(frame, webhook.event, webhook.json);
  TRY(const Value secret, frame.fill(webhooks->sign->secret));
  TRY_OK(sign(*webhooks->sign, secret.is_null() ? "" : lang::to_text(secret),
              {.url = webhook.url, .body = webhook.body}, now, request.headers));
  return request;
}

}  // namespace peregrine::boundary
