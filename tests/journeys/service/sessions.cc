// /login, /me, /vouchers: who is asking, by token or cookie, and what only one of many can have.
#include <fmt/core.h>

#include <chrono>

#include "base/json.h"
#include "journeys/service/parrot.h"
#include "net/http_server.h"

namespace peregrine::parrot {

using base::Map;
using base::Value;

namespace {

// Whom a request names, by "Bearer token-of-EMAIL-N" or the cookie session=EMAIL.
std::string who_asks(const net::HttpRequest& request) {
  const std::string_view token = request.message.headers.get("authorization");
  constexpr std::string_view kToken = "Bearer token-of-";
  if (token.starts_with(kToken)) {
    return std::string(token.substr(kToken.size(), token.rfind('-') - kToken.size()));
  }
  const std::string_view cookie = request.message.headers.get("cookie");
  constexpr std::string_view kSession = "session=";
  if (cookie.starts_with(kSession)) return std::string(cookie.substr(kSession.size()));
  return "";
}

// Tokens live for `?for=` seconds, an hour without.
io::Task<wire::Response> log_in(Parrot& parrot, const net::HttpRequest& request) {
  const auto json = base::parse_json(request.message.body);
  const Value* email = json ? json->find("email") : nullptr;
  const Value* password = json ? json->find("password") : nullptr;
  if (!email || !email->is_text() || !password || password->as_text().empty()) {
    co_return json_response(401, Map{{"error", "who?"}});
  }
  const int64_t count = ++parrot.logins[email->as_text()];
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t until = std::chrono::duration_cast<std::chrono::seconds>(now).count() +
                        number_in(request, "for", 3600);
  wire::Response response =
      json_response(200, Map{{"token", fmt::format("token-of-{}-{}", email->as_text(), count)},
                             {"expires_at", until}});
  response.headers.add("Set-Cookie", fmt::format("session={}; Path=/", email->as_text()));
  co_return response;
}

io::Task<wire::Response> me(Parrot& parrot, const net::HttpRequest& request) {
  const std::string email = who_asks(request);
  if (email.empty()) co_return json_response(401, Map{{"error", "log in first"}});
  co_return json_response(200, Map{{"email", email},
                                   {"logins", parrot.logins[email]},
                                   {"cookie", request.message.headers.get("cookie")}});
}

io::Task<wire::Response> redeem(Parrot& parrot, const net::HttpRequest& request) {
  const std::string code = request.parameter("code");
  const std::string who = request.message.body;
  const auto [entry, first] = parrot.used.emplace(code, who);
  (void)co_await parrot.loop.sleep(std::chrono::milliseconds(2));
  if (first) co_return json_response(201, Map{{"winner", who}});
  co_return json_response(409, Map{{"error", "voucher_used"}, {"winner", entry->second}});
}

}  // namespace

void add_sessions(net::Router& router, Parrot& parrot) {
  router.add("POST", "/login",
             [&parrot](const net::HttpRequest& request) { return log_in(parrot, request); });
  router.add("GET", "/me",
             [&parrot](const net::HttpRequest& request) { return me(parrot, request); });
  router.add("POST", "/vouchers/{code}/redeem",
             [&parrot](const net::HttpRequest& request) { return redeem(parrot, request); });
}

}  // namespace peregrine::parrot
