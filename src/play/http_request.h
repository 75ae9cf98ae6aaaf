// A request of a step: from the plan's templates to what is sent.
#pragma once

#include "net/http_client.h"
#include "net/url.h"
#include "play/action.h"

namespace peregrine::play {

// Whom a request is sent to.
struct RequestTarget {
  net::Origin origin{};
  bool to_service = false;  // not to a full URL
  std::string scheme{};     // of a full URL: "http", or "wss" where a stream is opened
};

// Fills the request, and to whom it goes. Fails when a template has no value, or for a host that
// nothing may be sent to. REQUIRES: both are as new.
base::Result<> fill_request(const lang::HttpAction& action, const Attempt& attempt,
                            RequestTarget& to, wire::Request& request);

// The cookies of who plays, unless the request brings its own; and those that an answer sets.
void add_cookies(const Attempt& attempt, const net::Origin& origin, wire::Request& request);
void take_cookies(const Attempt& attempt, const net::Origin& origin, const wire::Request& request,
                  const wire::Response& answer);

// What the timeline says of a request, and of its answer or why there was none.
record::Event request_event(const lang::HttpAction& action, const net::Origin& origin,
                            const wire::Request& request, base::Instant at);
record::Event answer_event(record::Event of, const wire::Response& answer, base::Duration took);
record::Event answer_event(record::Event of, const base::Error& error);

// Whether the system lets a request go there; the error says how to allow it.
base::Result<> check_reach(const Attempt& attempt, const net::Url& url);

net::Url url_of(const net::Origin& origin, const wire::Request& request);

}  // namespace peregrine::play
