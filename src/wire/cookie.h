// Cookies of HTTP (RFC 6265), both headers, both ways. What a browser makes of them is in
// net/cookie_jar.h.
//
//   Set-Cookie: session=31d4; Domain=example.org; Path=/; Max-Age=3600; Secure; HttpOnly
//   Cookie: session=31d4; theme=dark
//
// A value is bytes: its quotes belong to it, nothing in it is decoded (section 5.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace peregrine::wire {

struct Cookie {
  std::string name{};
  std::string value{};
  bool operator==(const Cookie&) const = default;
};

enum class SameSite { unset, none, lax, strict };

// One Set-Cookie field. Of an attribute that is given twice the last one counts.
struct SetCookie {
  Cookie cookie{};
  std::string domain{};  // lower case, without the dot it may begin with; empty: the sender's host
  std::string path{};    // begins with '/'; empty: taken from the request
  std::optional<base::WallTime> expires{};
  std::optional<int64_t> max_age_s{};  // counts before `expires`; zero or less: remove the cookie
  bool secure = false;
  bool http_only = false;
  SameSite same_site = SameSite::unset;
  bool operator==(const SetCookie&) const = default;
};

// As section 5.2 has clients read it: attributes that are unknown or make no sense are ignored.
// Fails with Code::invalid for what is no cookie to ignore the rest of: no '=', no name, control
// characters.
base::Result<SetCookie> parse_set_cookie(std::string_view field);
// A field as a server should send it (section 4.1). Fails with Code::invalid for what would be read
// otherwise: a name that is no token, a ';' or a blank in a value, a ';' in an attribute, a domain
// that begins with '.'.
base::Result<std::string> to_set_cookie_field(const SetCookie& cookie);

// The cookies of a Cookie field, in their order; parts without '=' or name are passed over.
inline constexpr size_t kCookiesInField = 1000;
base::Result<std::vector<Cookie>> parse_cookie_field(std::string_view field);
// "a=1; b=2".
std::string to_cookie_field(std::span<const Cookie> cookies);

}  // namespace peregrine::wire
