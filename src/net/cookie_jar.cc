#include "net/cookie_jar.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using base::WallTime;
using wire::Cookie;
using wire::SetCookie;

namespace {

// Url gives IPv6 addresses without their brackets; no name has a colon.
bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         (is_address(host) && host.starts_with("127."));
}

// RFC 6265 section 5.1.3.
bool domain_matches(std::string_view host, std::string_view domain) {
  if (host == domain) return true;
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.' && !is_address(host);
}

// RFC 6265 section 5.1.4.
std::string default_path(std::string_view request_path) {
  const size_t slash = request_path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/"
                                                       : std::string(request_path.substr(0, slash));
}

bool path_matches(std::string_view request_path, std::string_view path) {
  if (!request_path.starts_with(path)) return false;
  return request_path.size() == path.size() || path.ends_with('/') ||
         request_path[path.size()] == '/';
}

// When it ends; nothing: with the session. Max-Age counts before Expires.
std::optional<WallTime> end_of(const SetCookie& cookie, WallTime now) {
  if (!cookie.max_age_s) return cookie.expires;
  if (*cookie.max_age_s <= 0) return WallTime::min();
  const auto left = std::chrono::floor<std::chrono::seconds>(WallTime::max() - now);
  if (*cookie.max_age_s >= left.count()) return WallTime::max();
  return now + std::chrono::seconds(*cookie.max_age_s);
}

bool is_over(const KeptCookie& cookie, WallTime now) {
  return cookie.expires && *cookie.expires <= now;
}

}  // namespace

std::vector<Error> CookieJar::take(const Url& from, const wire::Headers& headers, WallTime now) {
  std::vector<Error> refused;
  for (const wire::Header header : headers) {
    if (!wire::same_ignoring_case(header.name, "Set-Cookie")) continue;
    if (Result<> kept = take_one(from, header.value, now); !kept) {
      refused.push_back(std::move(kept).error());
    }
  }
  return refused;
}

Result<> CookieJar::take_one(const Url& from, std::string_view set_cookie, WallTime now) {
  TRY(SetCookie set, wire::parse_set_cookie(set_cookie));
  const std::string& name = set.cookie.name;
  const size_t bytes = name.size() + set.cookie.value.size();
  const size_t largest = std::max({bytes, set.domain.size(), set.path.size()});
  if (largest > limits_.bytes) {
    return fail(Code::limit, "a cookie of {} bytes was not kept: {} are the most", largest,
                limits_.bytes);
  }
  const bool names_itself = set.domain.empty() || set.domain == from.host;
  // A name without a dot inside is taken for a public suffix: only a host of that name may set it,
  // and for itself alone.
  const bool suffix = set.domain.find('.') == std::string::npos;
  if (!names_itself && !domain_matches(from.host, set.domain)) {
    return fail(Code::refused, "{} cannot set the cookie {} for {}", from.host, name, set.domain);
  }
  if (!names_itself && suffix) {
    return fail(Code::refused, "{} cannot set the cookie {} for all of {}", from.host, name,
                set.domain);
  }
  KeptCookie cookie{.cookie = std::move(set.cookie),
                    .domain = from.host,
                    .host_only = suffix || is_address(from.host),
                    .path = set.path.empty() ? default_path(from.path) : std::move(set.path),
                    .expires = end_of(set, now),
                    .secure = set.secure,
                    .http_only = set.http_only,
                    .same_site = set.same_site};
  if (!set.domain.empty()) cookie.domain = std::move(set.domain);
  keep(std::move(cookie), now);
  return {};
}

void CookieJar::keep(KeptCookie cookie, WallTime now) {
  cookie.created = cookie.used = ++clock_;
  // As RFC 6265bis has it: a cookie of the host alone is another than one of the domain.
  const auto identity = [](const KeptCookie& kept) {
    return std::tie(kept.cookie.name, kept.domain, kept.path, kept.host_only);
  };
  const auto old = std::ranges::find_if(
      kept_, [&](const KeptCookie& kept) { return identity(kept) == identity(cookie); });
  if (old != kept_.end()) {
    cookie.created = old->created;
    kept_.erase(old);
  }
  drop_expired(now);
  if (is_over(cookie, now)) return;
  const auto of_domain = [&](const KeptCookie& kept) { return kept.domain == cookie.domain; };
  const auto count = static_cast<size_t>(std::ranges::count_if(kept_, of_domain));
  if (count >= limits_.cookies_per_domain) drop_least_used(&cookie.domain);
  if (kept_.size() >= limits_.cookies) drop_least_used(nullptr);
  kept_.push_back(std::move(cookie));
}

void CookieJar::drop_expired(WallTime now) {
  std::erase_if(kept_, [now](const KeptCookie& cookie) { return is_over(cookie, now); });
}

void CookieJar::drop_least_used(const std::string* of_domain) {
  auto least = kept_.end();
  for (auto at = kept_.begin(); at != kept_.end(); ++at) {
    if (of_domain && at->domain != *of_domain) continue;
    if (least == kept_.end() || at->used < least->used) least = at;
  }
  if (least != kept_.end()) kept_.erase(least);
}

std::vector<Cookie> CookieJar::cookies_for(const Url& to, WallTime now) {
  drop_expired(now);
  const bool secure = to.scheme == "https" || is_loopback(to.host);
  std::vector<KeptCookie*> matching;
  for (KeptCookie& cookie : kept_) {
    const bool host =
        cookie.host_only ? cookie.domain == to.host : domain_matches(to.host, cookie.domain);
    if (!host || !path_matches(to.path, cookie.path) || (cookie.secure && !secure)) continue;
    cookie.used = ++clock_;
    matching.push_back(&cookie);
  }
  std::ranges::sort(matching, [](const KeptCookie* a, const KeptCookie* b) {
    if (a->path.size() != b->path.size()) return a->path.size() > b->path.size();
    return a->created < b->created;
  });
  std::vector<Cookie> result;
  result.reserve(matching.size());
  for (const KeptCookie* cookie : matching) result.push_back(cookie->cookie);
  return result;
}

std::string CookieJar::field(const Url& to, WallTime now) {
  return wire::to_cookie_field(cookies_for(to, now));
}

}  // namespace peregrine::net
