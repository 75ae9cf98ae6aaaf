// /peer/…: asks another service, PEER_URL, and tells what it answered. /environment/{name}: tells a
// variable that the service was started with.
#include <cstdlib>

#include "base/json.h"
#include "journeys/service/parrot.h"
#include "net/http_client.h"

namespace peregrine::parrot {

using namespace std::chrono_literals;
using base::Map;
using base::Result;
using base::Value;

namespace {

constexpr base::Duration kPatience = 5s;

io::Task<wire::Response> ask(Parrot& parrot, const net::HttpRequest& request) {
  const char* text = std::getenv("PEER_URL");
  const Result<net::Url> url = net::parse_url(text ? text : "");
  if (!url) co_return json_response(500, Map{{"error", url.error().to_string()}});
  net::HttpClient client(parrot.loop);
  wire::Request forwarded;
  forwarded.method = request.message.method;
  forwarded.target = "/" + request.parameter("path");
  forwarded.body = request.message.body;
  for (const char* name : {"content-type", "authorization", "idempotency-key"}) {
    if (auto value = request.message.headers.find(name)) forwarded.headers.add(name, *value);
  }
  auto answer =
      co_await client.send(net::Origin::of(*url), std::move(forwarded), parrot.loop.in(kPatience));
  if (!answer) co_return json_response(502, Map{{"error", answer.error().to_string()}});
  Result<Value> json = base::parse_json(answer->body);
  co_return json_response(200, Map{{"status", answer->status}, {"json", json ? *json : Value()}});
}

io::Task<wire::Response> environment(const net::HttpRequest& request) {
  const char* value = std::getenv(request.parameter("name").c_str());
  if (!value) co_return json_response(404, Map{{"error", "no such variable"}});
  co_return json_response(200, Map{{"value", value}});
}

}  // namespace

void add_peer(net::Router& router, Parrot& parrot) {
  for (const char* method : {"GET", "POST"}) {
    router.add(method, "/peer/{path*}",
               [&parrot](const net::HttpRequest& request) { return ask(parrot, request); });
  }
  router.add("GET", "/environment/{name}", environment);
}

}  // namespace peregrine::parrot
