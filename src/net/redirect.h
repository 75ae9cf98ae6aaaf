// Where an answer sends its client (RFC 9110 section 15.4), and with which request.
//
//   RedirectChain chain(url);
//   for (;;) {
//     … send request to url, receive answer …
//     TRY(std::optional<Redirect> to, chain.next(std::move(request), answer));
//     if (!to) break;                             // the answer is the last one
//     url = std::move(to->url), request = std::move(to->request);
//   }
//
//   301, 302   POST becomes GET, as all browsers have it; other methods stay
//   303        every method but HEAD becomes GET
//   307, 308   the request stays as it is
//   300, 304, 305, 306, and any without Location: no redirect, the answer is for the caller
//
// A request that becomes GET loses its body and the headers that describe it. One that goes to
// another origin (scheme, host, port) loses Authorization, Cookie and Proxy-Authorization; Host is
// always the new URL's. Cookies of a jar are the caller's to add, to each request anew.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/url.h"
#include "wire/http_message.h"

namespace peregrine::net {

inline constexpr size_t kMaxRedirects = 10;

struct Redirect {
  Url url{};
  wire::Request request{};
  bool method_changed = false;
  bool leaves_origin = false;
  bool leaves_https = false;  // to http: what is sent from now on can be read on its way
};

// The redirects of one request. A page may send its client back to where it was, for example to try
// again with a cookie: that is followed, and told as a loop when the chain has become too long.
class RedirectChain {
 public:
  // `most` redirects are followed.
  explicit RedirectChain(Url start, size_t most = kMaxRedirects)
      : most_(most), visited_{std::move(start)} {}

  // What comes next; nothing if the answer is no redirect. `sent` is the request that it answers.
  // Fails with Code::limit beyond the most, Code::invalid for a Location that is no URL of http or
  // https.
  base::Result<std::optional<Redirect>> next(wire::Request sent, const wire::Response& answer);

  // All URLs so far, the first one too.
  const std::vector<Url>& visited() const { return visited_; }

 private:
  std::unexpected<base::Error> too_many(const Url& next) const;

  size_t most_;
  std::vector<Url> visited_;
};

}  // namespace peregrine::net
