#include <algorithm>

#include "net/redirect.h"
#include "play/action.h"
#include "play/http_answer.h"
#include "play/http_request.h"

namespace peregrine::play {

using base::Result;

namespace {

// One request and its answer.
io::Task<Result<>> exchange(const lang::HttpAction& action, net::HttpCall& call,
                            const net::Origin& origin, base::Instant begin, Attempt& attempt) {
  World& world = attempt.world;
  attempt.sends(begin);
  attempt.record([&] { return request_event(action, origin, call.request(), begin); });
  const Result<> sent = co_await world.http.send(call, origin, attempt.deadline);
  // When the loop was told of the answer, not when its turn came.
  const base::Duration took = std::max(begin, world.loop.now()) - begin;
  attempt.answered();
  attempt.record([&] {
    record::Event asked = request_event(action, origin, call.request(), begin);
    return sent ? answer_event(std::move(asked), call.response(), took)
                : answer_event(std::move(asked), sent.error());
  });
  if (!sent) co_return base::because(sent.error(), "there was no answer");
  take_cookies(attempt, origin, call.request(), call.response());
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
  call.set_last_byte(attempt.last_byte);
  RequestTarget to;
  CO_TRY_OK(fill_request(action, attempt, to, call.request()));
  const net::Origin& origin = to.origin;
  const bool own_cookie = call.request().headers.find("cookie").has_value();
  add_cookies(attempt, origin, call.request());
  io::Loop& loop = attempt.world.loop;
  if (attempt.sends_last()) CO_TRY_OK(co_await loop.last());
  const base::Instant begin = base::monotonic_now();
  CO_TRY_OK(co_await exchange(action, call, origin, begin, attempt));
  if (action.follow) CO_TRY_OK(co_await follow(action, call, origin, own_cookie, attempt));
  const base::Duration took = std::max(begin, loop.now()) - begin;
  CO_TRY(const bool partly, see_answer(call.response(), took, attempt));
  if (partly) attempt.partly.emplace(std::move(call));
  co_return Result<>{};
}

}  // namespace peregrine::play
