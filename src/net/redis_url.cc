// Where a URL says that a Redis is.
#include <charconv>

#include "base/text.h"
#include "net/query.h"
#include "net/redis.h"
#include "net/url.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr uint16_t kRedisPort = 6379;

template <class Number>
Result<Number> read_number(std::string_view text, std::string_view what) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Code::invalid, "'{}' is no {} in the URL of a Redis", text, what);
  }
  return number;
}

// "user:password".
Result<> take_login(std::string_view text, RedisLogin& into) {
  const size_t colon = std::min(text.find(':'), text.size());
  TRY(into.user, percent_decode(text.substr(0, colon)));
  TRY(into.password, percent_decode(text.substr(std::min(colon + 1, text.size()))));
  return {};
}

// "host:port", "[v6]:port"; both parts may be missing.
Result<> take_host(std::string_view text, io::Address& into) {
  into = {.host = "127.0.0.1", .port = kRedisPort, .path = ""};
  const size_t bracket = text.find(']');
  const bool ipv6 = text.starts_with('[') && bracket != std::string_view::npos;
  const size_t end = ipv6 ? bracket + 1 : std::min(text.find(':'), text.size());
  const std::string_view host = ipv6 ? text.substr(1, bracket - 1) : text.substr(0, end);
  const std::string_view rest = text.substr(end);
  if (!host.empty()) into.host = host;
  if (rest.empty()) return {};
  if (!rest.starts_with(':')) return fail(Code::invalid, "'{}' is no host with a port", text);
  TRY(into.port, read_number<uint16_t>(rest.substr(1), "port"));
  return {};
}

}  // namespace

Result<RedisTarget> parse_redis_url(std::string_view url) {
  const size_t colon = url.find("://");
  const std::string scheme = base::lowercase(url.substr(0, std::min(colon, url.size())));
  const bool is_unix = scheme == "unix" || scheme == "redis+unix";
  if (colon == std::string_view::npos || (scheme != "redis" && !is_unix)) {
    return fail(Code::invalid, "the URL of a Redis begins with redis:// or redis+unix://, not '{}'",
                base::shortened(url, 100));
  }
  std::string_view rest = url.substr(colon + 3);
  const size_t question = std::min(rest.find('?'), rest.size());
  TRY(const Pairs query, parse_query(rest.substr(std::min(question + 1, rest.size()))));
  rest = rest.substr(0, question);
  const size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  const std::string_view path = rest.substr(slash);
  RedisTarget target;
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    TRY_OK(take_login(authority.substr(0, at), target.login));
    authority.remove_prefix(at + 1);
  }
  std::string_view database;
  if (const std::string* named = query.find("db")) database = *named;
  if (is_unix) {
    if (path.empty() || !authority.empty()) {
      return fail(Code::invalid, "a Unix socket needs a whole path: '{}://{}{}'", scheme, authority,
                  path);
    }
    TRY(target.address.path, percent_decode(path));
  } else {
    TRY_OK(take_host(authority, target.address));
    if (path.size() > 1) database = path.substr(1);
  }
  if (!database.empty()) {
    TRY(target.login.database, read_number<uint32_t>(database, "database"));
  }
  return target;
}

}  // namespace peregrine::net
