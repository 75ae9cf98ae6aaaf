// What a browser keeps of the cookies that it is given, and which of them it sends (RFC 6265
// section 5.3 and 5.4). One jar is one browser: an actor of a journey has its own.
//
//   CookieJar jar;
//   jar.take(url, response.headers, now);
//   if (std::string cookies = jar.field(url, now); !cookies.empty())
//     request.headers.set("Cookie", std::move(cookies));
//
// Which hosts a Domain may name, without a list of public suffixes: the sender's own host, and
// domains above it that have a dot inside, so example.org but not org. `Domain=co.uk` is taken,
// as it would not be by a browser.
//
// A cookie that is Secure goes to https only, and to the loopback (localhost, *.localhost, 127/8,
// ::1), which browsers trust too (W3C Secure Contexts section 3.1). HttpOnly and SameSite are kept
// for whoever asks and change nothing: there are no scripts and no other sites here.
//
// The time of day is the caller's, so that a journey can move it. Nothing here is shared between
// threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/url.h"
#include "wire/cookie.h"
#include "wire/http_message.h"

namespace peregrine::net {

struct CookieJarLimits {
  size_t cookies = 3000;
  size_t cookies_per_domain = 180;
  size_t bytes = 4096;  // of a cookie's name and value, and of each attribute
};

struct KeptCookie {
  wire::Cookie cookie{};
  std::string domain{};    // in lower case
  bool host_only = false;  // goes to that host alone, not to those below it
  std::string path{};
  std::optional<base::WallTime> expires{};  // nothing: at the end of the session
  bool secure = false;
  bool http_only = false;
  wire::SameSite same_site = wire::SameSite::unset;
  uint64_t created = 0;  // the order in which cookies came; one that is replaced keeps its place
  uint64_t used = 0;     // the order in which they were sent or set last
};

class CookieJar {
 public:
  explicit CookieJar(CookieJarLimits limits = {}) : limits_(limits) {}

  // Keeps what the Set-Cookie fields of a response say. For each that was not kept the reason;
  // removing a cookie that is not there is no failure.
  std::vector<base::Error> take(const Url& from, const wire::Headers& headers, base::WallTime now);
  // One field. Fails with Code::invalid (no cookie), refused (another's domain), limit (its size).
  base::Result<> take_one(const Url& from, std::string_view set_cookie, base::WallTime now);

  // Keeps one as another browser has it, in the place of the one that it replaces.
  void keep(KeptCookie cookie, base::WallTime now);

  // The cookies for a request, longer paths first, then in the order in which they came.
  std::vector<wire::Cookie> cookies_for(const Url& to, base::WallTime now);
  // The same as a Cookie field's value; empty if there are none.
  std::string field(const Url& to, base::WallTime now);

  // All that is kept, expired ones too as long as nobody has looked.
  const std::vector<KeptCookie>& kept() const { return kept_; }
  void clear() { kept_.clear(); }

 private:
  void drop_expired(base::WallTime now);
  void drop_least_used(const std::string* of_domain);

  CookieJarLimits limits_;
  std::vector<KeptCookie> kept_;
  uint64_t clock_ = 0;
};

}  // namespace peregrine::net
