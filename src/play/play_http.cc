#include <fmt/core.h>

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "net/query.h"
#include "net/url.h"
#include "play/action.h"

namespace peregrine::play {

using base::Code;
using base::fail;
using base::Result;
using base::Value;

namespace {

constexpr size_t kBodyShown = 4000;  // of a body, in the timeline
constexpr size_t kTextShown = 300;   // of one that should be JSON

// Whom a request is sent to.
struct Target {
  net::Origin origin{};
  bool to_service = false;  // not to a full URL
};

Result<net::Pairs> fill_pairs(const lang::Shape& shape, const lang::Context& context) {
  TRY(const Value map, shape.fill(context));
  if (!map.is_map()) {
    return fail(Code::invalid, "`query` and `form` are maps of names and values");
  }
  net::Pairs pairs;
  for (const auto& [name, value] : map.as_map()) {
    // A list repeats the name; what is null is left out.
    const base::List one = {value};
    for (const Value& each : value.is_list() ? value.as_list() : one) {
      if (!each.is_null()) pairs.add(name, lang::to_text(each));
    }
  }
  return pairs;
}

Result<Target> fill_target(const lang::HttpAction& action, const Attempt& attempt,
                           wire::Request& request) {
  Target to;
  TRY(std::string target, action.target.fill_text(attempt.context));
  const bool whole = target.starts_with("http://") || target.starts_with("https://");
  if (action.service.empty() || whole) {
    TRY(const net::Url url, net::parse_url(target));
    if (!attempt.world.system.spec().may_reach(url.host)) {
      return fail(Code::refused,
                  "{} is not on this machine; to send there, allow it: "
                  "--allow-host {}",
                  url.host, url.host);
    }
    to.origin = net::Origin::of(url);
    target = url.target();
  } else {
    if (!target.starts_with('/')) {
      return fail(Code::invalid, "`{}` is not a path: it does not begin with `/`", target);
    }
    to.origin = attempt.world.system.origin(action.service);
    to.to_service = true;
  }
  if (action.query) {
    TRY(const net::Pairs pairs, fill_pairs(*action.query, attempt.context));
    if (!pairs.empty()) {
      target += fmt::format("{}{}", target.find('?') == std::string::npos ? '?' : '&',
                            net::to_query(pairs));
    }
  }
  request.target = std::move(target);
  return to;
}

Result<> fill_body(const lang::HttpAction& action, const Attempt& attempt, wire::Request& request) {
  std::string_view type;
  if (action.json) {
    TRY(const Value value, action.json->fill(attempt.context));
    request.body = base::to_json(value);
    type = "application/json";
  } else if (action.form) {
    TRY(const net::Pairs pairs, fill_pairs(*action.form, attempt.context));
    request.body = net::to_form(pairs);
    type = "application/x-www-form-urlencoded";
  } else if (action.body) {
    TRY(request.body, action.body->fill_text(attempt.context));
  }
  if (!type.empty() && !request.headers.find("content-type")) {
    request.headers.add("content-type", type);
  }
  return {};
}

// Those of the service, which it gets with every request; over them those of who plays, and the
// step's own. While he logs in, what needs the login is left out.
Result<> fill_headers(const lang::HttpAction& action, const Attempt& attempt, bool to_service,
                      wire::Headers& headers) {
  if (to_service) {
    TRY(const system::HeaderTexts always,
        attempt.world.system.headers(action.service, attempt.context));
    for (const auto& [name, text] : always) headers.add(name, text);
  }
  if (attempt.person) {
    for (const auto& [name, value] : attempt.person->headers) {
      const Result<std::string> text = value.fill_text(attempt.context);
      const bool not_yet = !text && text.error().code == Code::not_found;
      if (not_yet && attempt.session->logging_in) continue;
      if (!text) return std::unexpected(text.error());
      headers.set(name, *text);
    }
  }
  if (!headers.empty()) {
    for (const auto& [name, value] : action.headers) headers.remove(name);
  }
  for (const auto& [name, value] : action.headers) {
    TRY(const std::string text, value.fill_text(attempt.context));
    headers.add(name, text);
  }
  return {};
}

net::Url url_of(const net::Origin& origin, const wire::Request& request) {
  const std::string& target = request.target;
  const size_t mark = target.find('?');
  return {origin.tls ? "https" : "http", origin.host, origin.port, target.substr(0, mark),
          mark == std::string::npos ? "" : target.substr(mark + 1)};
}

void add_cookies(const Attempt& attempt, const net::Origin& origin, wire::Request& request) {
  if (!attempt.session || request.headers.find("cookie")) return;
  const std::string cookies =
      attempt.session->cookies.field(url_of(origin, request), attempt.context.now);
  if (!cookies.empty()) request.headers.add("Cookie", cookies);
}

Result<net::Origin> prepare(const lang::HttpAction& action, const Attempt& attempt,
                            wire::Request& request) {
  request.method = action.method;
  TRY(Target to, fill_target(action, attempt, request));
  TRY_OK(fill_headers(action, attempt, to.to_service, request.headers));
  TRY_OK(fill_body(action, attempt, request));
  add_cookies(attempt, to.origin, request);
  return std::move(to.origin);
}

// Header names in lower case; values of a repeated one joined by ", " (RFC 9110 section 5.3).
Value headers_value(const wire::Headers& headers) {
  base::MapBuilder map;
  for (const wire::Header header : headers) {
    const std::string name = base::lowercase(header.name);
    std::string joined;
    for (const wire::Header other : headers) {
      if (!wire::same_ignoring_case(other.name, name)) continue;
      if (!joined.empty()) joined += ", ";
      joined += other.value;
    }
    map.set(name, Value(std::move(joined)));
  }
  return Value(map.build());
}

void see_answer(const wire::Response& response, base::Duration took, Attempt& attempt) {
  attempt.see("status", Value(response.status));
  attempt.see("time", Value(took));
  if (attempt.reads("headers")) attempt.see("headers", headers_value(response.headers));
  if (attempt.reads("text")) attempt.see("text", Value(response.body));
  if (attempt.reads("body")) attempt.see("body", Value(base::Bytes{response.body}));
  if (!attempt.reads("json")) return;
  if (response.body.empty()) {
    attempt.see_nothing("json", "the answer has no body");
    return;
  }
  Result<Value> json = base::parse_json(response.body);
  if (json) {
    attempt.see("json", *std::move(json));
  } else {
    // Where it breaks is of interest if it was meant to be JSON.
    const bool meant = response.headers.get("content-type").contains("json");
    attempt.see_nothing("json",
                        fmt::format("the answer is not JSON{}: {}",
                                    meant ? fmt::format(" ({})", json.error().to_string()) : "",
                                    base::shortened(base::trimmed(response.body), kTextShown)));
  }
}

// What the timeline says of a request and of its answer.
record::Event request_event(const lang::HttpAction& action, const net::Origin& origin,
                            const wire::Request& request, base::Instant at) {
  return {at,
          record::Event::Kind::request,
          action.service.empty() ? origin.to_string() : action.service,
          fmt::format("{} {}", request.method, request.target),
          base::shortened(request.body, kBodyShown),
          "",
          false};
}

record::Event answer_event(record::Event of, const net::HttpCall& call, const Result<>& sent,
                           base::Duration took) {
  of.at = base::monotonic_now();
  of.kind = record::Event::Kind::answer;
  of.detail.clear();
  if (!sent) {
    of.outcome = sent.error().to_string();
    of.failed = true;
  } else {
    const wire::Response& response = call.response();
    of.detail = base::shortened(response.body, kBodyShown);
    of.outcome = fmt::format("{} in {}", response.status, base::to_text(took));
    of.failed = response.status >= 500;
  }
  return of;
}

}  // namespace

io::Task<Result<>> play_action(const lang::HttpAction& action, Attempt& attempt) {
  World& world = attempt.world;
  net::HttpCall call = world.http.call();
  CO_TRY(const net::Origin origin, prepare(action, attempt, call.request()));
  const base::Instant begin = base::monotonic_now();
  world.record([&] { return request_event(action, origin, call.request(), begin); });

  const Result<> sent = co_await world.http.send(call, origin, attempt.deadline);
  // When the loop was told of the answer, not when its turn came.
  const base::Duration took = std::max(begin, world.loop.now()) - begin;
  world.record([&] {
    return answer_event(request_event(action, origin, call.request(), begin), call, sent, took);
  });
  if (!sent) co_return base::because(sent.error(), "there was no answer");
  if (attempt.session) {
    attempt.session->cookies.take(url_of(origin, call.request()), call.response().headers,
                                  attempt.context.now);
  }
  see_answer(call.response(), took, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
