// A request as a browser sends it: cookies from a jar, redirects followed, the body decoded.
//
//   CO_TRY(Fetched page, co_await fetch(client, url, {"GET"}, {.follow = true, .jar = &jar},
//                                       deadline));
//
// Whatever the status of the last answer, it is the result. What is not asked for in FetchOptions
// does not happen; with none of it this is HttpClient::send().
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "io/loop.h"
#include "net/cookie_jar.h"
#include "net/http_client.h"
#include "net/redirect.h"
#include "net/url.h"
#include "wire/content_coding.h"
#include "wire/http_message.h"

namespace peregrine::net {

struct FetchOptions {
  // Undo the content coding of the last answer; Accept-Encoding says what can be undone, unless the
  // request has one. An answer in a coding that nobody asked for and nobody knows stays as it is.
  bool decode = true;
  wire::DecodeLimits decoded{};

  // Follow redirects, as redirect.h has it.
  bool follow = false;
  size_t redirects = kMaxRedirects;

  // Each request is given the jar's cookies, if it has no Cookie of the caller's own, and each
  // answer's are kept. The jar stays until the task has ended.
  CookieJar* jar = nullptr;
  base::WallTime (*time_of_day)() = base::wall_now;  // for the jar

  Http http = Http::one;  // for every origin that is asked
};

// A redirect that was followed.
struct Hop {
  Url from{};
  int status = 0;
  Url to{};
  bool leaves_https = false;
};

struct Fetched {
  wire::Response response{};  // its headers as they came, Content-Encoding too
  Url url{};                  // that it is the answer of
  std::vector<Hop> hops{};
  std::vector<wire::Coding> decoded{};          // codings that were undone
  std::vector<base::Error> cookies_not_kept{};  // why the jar did not take them
};

// The target of the request is the URL's. The deadline is for all of it. Fails as
// HttpClient::send() and RedirectChain::next() do, and as a ContentDecoder for a body that is
// broken or too large.
io::Task<base::Result<Fetched>> fetch(HttpClient& client, Url url, wire::Request request,
                                      FetchOptions options, io::Deadline deadline);

}  // namespace peregrine::net
