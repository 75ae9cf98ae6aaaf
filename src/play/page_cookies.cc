// The cookies of somebody's browser and those of his requests are the same ones.
#include <algorithm>
#include <cmath>

#include "play/page.h"

namespace peregrine::play {

using base::Map;
using base::MapBuilder;
using base::Result;
using base::Value;
using base::WallTime;
using net::KeptCookie;

namespace {

constexpr std::pair<wire::SameSite, std::string_view> kSameSites[] = {
    {wire::SameSite::strict, "Strict"},
    {wire::SameSite::lax, "Lax"},
    {wire::SameSite::none, "None"}};

// Whether both are the same, whenever they came.
bool is_same(const KeptCookie& a, const KeptCookie& b) {
  return a.cookie == b.cookie && a.domain == b.domain && a.host_only == b.host_only &&
         a.path == b.path && a.expires == b.expires && a.secure == b.secure &&
         a.http_only == b.http_only && a.same_site == b.same_site;
}

Value to_browser(const KeptCookie& cookie) {
  MapBuilder map;
  map.set("name", Value(cookie.cookie.name)).set("value", Value(cookie.cookie.value));
  map.set("path", Value(cookie.path)).set("secure", Value(cookie.secure));
  map.set("httpOnly", Value(cookie.http_only));
  const std::string host = net::to_authority(cookie.domain, 0, 0);
  map.set("url", Value((cookie.secure ? "https://" : "http://") + host + cookie.path));
  if (!cookie.host_only) map.set("domain", Value(cookie.domain));
  if (cookie.expires) {
    map.set("expires", Value(base::to_seconds(cookie.expires->time_since_epoch())));
  }
  for (const auto& [kind, name] : kSameSites) {
    if (kind == cookie.same_site) map.set("sameSite", Value(name));
  }
  return Value(map.build());
}

KeptCookie from_browser(const Value& told) {
  const auto text = [&](std::string_view name) { return net::text_of(told, name); };
  const auto is = [&](std::string_view name) {
    const Value* found = told.find(name);
    return found && found->is_bool() && found->as_bool();
  };
  KeptCookie cookie{.cookie = {text("name"), text("value")}, .domain = text("domain")};
  cookie.host_only = !cookie.domain.starts_with('.');
  if (!cookie.host_only) cookie.domain.erase(0, 1);
  if (cookie.domain.starts_with('['))
    cookie.domain = cookie.domain.substr(1, cookie.domain.size() - 2);
  cookie.path = text("path");
  cookie.secure = is("secure");
  cookie.http_only = is("httpOnly");
  for (const auto& [kind, name] : kSameSites) {
    if (text("sameSite") == name) cookie.same_site = kind;
  }
  if (!is("session")) {
    const double seconds = net::number_of(told, "expires");
    constexpr double kMost = 9e9;  // in 2255; what is later is as far away
    cookie.expires = WallTime(std::chrono::duration_cast<base::Duration>(
        std::chrono::duration<double>(std::clamp(seconds, 0.0, kMost))));
  }
  return cookie;
}

}  // namespace

io::Task<Result<>> Page::take_cookies(const net::CookieJar& jar, io::Deadline deadline) {
  if (std::ranges::equal(jar.kept(), left_, is_same)) co_return Result<>{};
  net::DevTools& tools = place_.browser->tools();
  CO_TRY_OK(
      co_await tools.call("", "Storage.clearCookies", {{"browserContextId", context_}}, deadline));
  for (const KeptCookie& cookie : jar.kept()) {
    const auto set = co_await tools.call(
        "", "Storage.setCookies",
        {{"cookies", Value(base::List{to_browser(cookie)})}, {"browserContextId", context_}},
        deadline);
    // One that a browser would not have taken itself is none of his.
    if (!set && set.error().code != base::Code::refused) co_return std::unexpected(set.error());
  }
  left_ = jar.kept();
  co_return Result<>{};
}

io::Task<Result<>> Page::give_cookies(net::CookieJar& jar, WallTime now, io::Deadline deadline) {
  CO_TRY(const Value told,
         co_await place_.browser->tools().call("", "Storage.getCookies",
                                               {{"browserContextId", context_}}, deadline));
  jar.clear();
  const Value* cookies = told.find("cookies");
  if (cookies && cookies->is_list()) {
    for (const Value& each : cookies->as_list()) jar.keep(from_browser(each), now);
  }
  left_ = jar.kept();
  co_return Result<>{};
}

}  // namespace peregrine::play
