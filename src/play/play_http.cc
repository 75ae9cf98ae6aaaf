#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "net/redirect.h"
#include "play/action.h"
#include "play/http_answer.h"
#include "play/http_request.h"

namespace peregrine::play {

using base::Result;

namespace {

constexpr size_t kBodyShown = 4000;  // of a body, in the timeline

void add_cookies(const Attempt& attempt, const net::Origin& origin, wire::Request& request) {
  if (!attempt.session || request.headers.find("cookie")) return;
  const std::string cookies =
      attempt.session->cookies.field(url_of(origin, request), attempt.context.now);
  if (!cookies.empty()) request.headers.add("Cookie", cookies);
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

// One request and its answer.
io::Task<Result<>> exchange(const lang::HttpAction& action, net::HttpCall& call,
                            const net::Origin& origin, base::Instant begin, Attempt& attempt) {
  World& world = attempt.world;
  attempt.record([&] { return request_event(action, origin, call.request(), begin); });
  const Result<> sent = co_await world.http.send(call, origin, attempt.deadline);
  // When the loop was told of the answer, not when its turn came.
  const base::Duration took = std::max(begin, world.loop.now()) - begin;
  attempt.record([&] {
    return answer_event(request_event(action, origin, call.request(), begin), call, sent, took);
  });
  if (!sent) co_return base::because(sent.error(), "there was no answer");
  if (attempt.session) {
    attempt.session->cookies.take(url_of(origin, call.request()), call.response().headers,
                                  attempt.context.now);
  }
  co_return Result<>{};
}

// `follow: true`: until an answer sends nowhere else. Nothing goes to a host that the system may
// not reach, wherever a service would send us.
// Not inlined: few requests follow, and its frame would be part of every request's.
[[gnu::noinline]] io::Task<Result<>> follow(const lang::HttpAction& action, net::HttpCall& call,
                                            net::Origin origin, bool own_cookie, Attempt& attempt) {
  net::RedirectChain chain(url_of(origin, call.request()));
  for (;;) {
    CO_TRY(std::optional<net::Redirect> to, chain.next(call.request(), call.response()));
    if (!to) co_return Result<>{};
    CO_TRY_OK(check_reach(attempt, to->url));
    origin = net::Origin::of(to->url);
    if (!own_cookie) to->request.headers.remove("Cookie");
    call.request() = std::move(to->request);
    add_cookies(attempt, origin, call.request());
    CO_TRY_OK(co_await exchange(action, call, origin, base::monotonic_now(), attempt));
  }
}

}  // namespace

io::Task<Result<>> play_action(const lang::HttpAction& action, Attempt& attempt) {
  net::HttpCall call = attempt.world.http.call();
  net::Origin origin;
  CO_TRY_OK(fill_request(action, attempt, origin, call.request()));
  const bool own_cookie = call.request().headers.find("cookie").has_value();
  add_cookies(attempt, origin, call.request());
  const base::Instant begin = base::monotonic_now();
  CO_TRY_OK(co_await exchange(action, call, origin, begin, attempt));
  if (action.follow) CO_TRY_OK(co_await follow(action, call, origin, own_cookie, attempt));
  const base::Duration took = std::max(begin, attempt.world.loop.now()) - begin;
  co_return see_answer(call.response(), took, attempt);
}

}  // namespace peregrine::play
