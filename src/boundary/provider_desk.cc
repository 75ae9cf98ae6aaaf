#include "boundary/provider_desk.h"

#include <utility>

#include "base/json.h"

namespace peregrine::boundary {

using base::List;
using base::Map;
using base::Result;
using base::Value;
using io::Task;
using wire::Response;

namespace {

Response json_response(int status, const Value& value) {
  Response response{.status = status};
  response.headers.add("content-type", "application/json; charset=utf-8");
  response.body = base::to_json_pretty(value) + "\n";
  return response;
}

Response refusal(const base::Error& error) {
  return json_response(400, Map{{"error", Value(error.to_string())}});
}

Value answer_of(const Response& answer) {
  base::Result<Value> json = base::parse_json(answer.body);
  return Map{{"status", answer.status},
             {"json", json ? *std::move(json) : Value()},
             {"text", Value(answer.body)}};
}

Value seen(const Webhook& webhook) {
  List attempts;
  for (const Webhook::Attempt& attempt : webhook.attempts) {
    attempts.push_back(Map{{"at", Value(attempt.at)},
                           {"answer", attempt.answer ? answer_of(*attempt.answer) : Value()},
                           {"error", attempt.error.empty() ? Value() : Value(attempt.error)}});
  }
  return Map{{"event", Value(webhook.event)},
             {"url", webhook.url.empty() ? Value() : Value(webhook.url)},
             {"json", webhook.json},
             {"delivered", webhook.delivered()},
             {"attempts", Value(std::move(attempts))}};
}

// A body that is a map; an empty one is an empty map.
Result<Value> map_of(const std::string& body) {
  if (body.empty()) return Value(Map{});
  TRY(Value value, base::parse_json(body));
  if (value.is_map()) return value;
  return base::fail(base::Code::invalid, "the body is a map, not {}", base::name(value.kind()));
}

std::string text_in(const Value& map, std::string_view key) {
  const Value* value = map.find(key);
  return value && value->is_text() ? value->as_text() : "";
}

Task<Response> at_once(Response response) { co_return response; }

}  // namespace

Result<std::unique_ptr<ProviderDesk>> ProviderDesk::open(io::Loop& loop, const io::Address& at,
                                                         Provider& provider) {
  TRY(io::Listener listener, io::Listener::open(loop, at));
  return std::unique_ptr<ProviderDesk>(new ProviderDesk(loop, std::move(listener), provider));
}

ProviderDesk::ProviderDesk(io::Loop& loop, io::Listener listener, Provider& provider)
    : provider_(provider),
      beginning_(provider.snapshot()),
      server_(loop, std::move(listener), router()) {}

net::Router ProviderDesk::router() {
  net::Router router;
  router.add("GET", "/", [this](const net::HttpRequest&) { return at_once(journal()); });
  router.add("POST", "/actions/{name}", [this](const net::HttpRequest& r) { return act(r); });
  router.add("POST", "/fail", [this](const net::HttpRequest& r) { return at_once(fail(r)); });
  router.add("POST", "/reset", [this](const net::HttpRequest&) { return at_once(reset()); });
  return router;
}

Response ProviderDesk::journal() const {
  List calls, webhooks;
  for (const auto& call : provider_.calls_since(0)) calls.push_back(call->seen());
  for (const WebhookPtr& webhook : provider_.webhooks()) webhooks.push_back(seen(*webhook));
  return json_response(200, Map{{"calls", Value(std::move(calls))},
                                {"webhooks", Value(std::move(webhooks))},
                                {"resources", provider_.resources()}});
}

Task<Response> ProviderDesk::act(const net::HttpRequest& request) {
  Result<Value> with = map_of(request.message.body);
  if (!with) co_return refusal(with.error());
  const Result<Performed> performed =
      co_await provider_.perform(request.parameter("name"), *std::move(with), request.deadline);
  if (!performed) co_return refusal(performed.error());
  List events;
  for (const WebhookPtr& webhook : performed->webhooks) events.push_back(seen(*webhook));
  const Response* answer = performed->answer();
  co_return json_response(200, Map{{"event", performed->event()},
                                   {"answer", answer ? answer_of(*answer) : Value()},
                                   {"webhooks", Value(std::move(events))}});
}

Response ProviderDesk::fail(const net::HttpRequest& request) {
  const Result<Value> asked = map_of(request.message.body);
  if (!asked) return refusal(asked.error());
  Provider::Failure failure{.route = text_in(*asked, "route"), .name = text_in(*asked, "with")};
  const Value* times = asked->find("times");
  if (times && times->kind() == base::Kind::int64 && times->as_int() > 0) {
    failure.times = static_cast<uint64_t>(times->as_int());
  }
  if (failure.name.empty()) {
    provider_.heal();
    return Response{.status = 204};
  }
  const Result<> done = provider_.fail(std::move(failure));
  return done ? Response{.status = 204} : refusal(done.error());
}

Response ProviderDesk::reset() {
  provider_.restore(*beginning_);
  return Response{.status = 204};
}

}  // namespace peregrine::boundary
