// Cookies: a Set-Cookie field that was read can be sent and is read as the same again; a jar keeps
// to its limits, gives a request no cookie that the fields did not bring, and gives the same twice.
#include "wire/cookie.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/cookie_jar.h"

namespace {

using peregrine::base::check;
using peregrine::base::WallTime;
using namespace peregrine::net;   // NOLINT(google-build-using-namespace)
using namespace peregrine::wire;  // NOLINT(google-build-using-namespace)

constexpr CookieJarLimits kLimits{.cookies = 6, .cookies_per_domain = 4, .bytes = 64};
constexpr WallTime kNow{std::chrono::seconds(1'700'000'000)};

void read_again(std::string_view line) {
  const auto read = parse_set_cookie(line);
  if (!read) return;
  const auto written = to_set_cookie_field(*read);
  if (!written) return;  // clients take what no server should send
  const auto again = parse_set_cookie(*written);
  check(again.has_value(), "a field that was written is refused");
  SetCookie expected = *read;
  // A date is written with four digits of its year.
  expected.expires = again->expires;
  check(*again == expected, "a cookie changed on its way");
}

void read_pairs(std::string_view line) {
  const auto read = parse_cookie_field(line);
  if (!read) return;
  const auto again = parse_cookie_field(to_cookie_field(*read));
  check(again && *again == *read, "the cookies of a request changed on their way");
}

void look_into(CookieJar& jar, const Url& to) {
  const auto cookies = jar.cookies_for(to, kNow);
  check(cookies.size() <= kLimits.cookies, "more cookies than the jar may keep");
  const std::string field = jar.field(to, kNow);
  check(field == to_cookie_field(cookies), "the jar gives two different answers");
  check(field.find_first_of("\r\n") == std::string::npos, "a field of two lines");
}

}  // namespace

// Each line is a field, of one of four senders in turn.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  static const Url senders[] = {
      *parse_url("https://a.b.example/x/y"), *parse_url("http://b.example/"),
      *parse_url("http://127.0.0.1:8080/x"), *parse_url("http://example/x/y/z")};
  CookieJar jar(kLimits);
  for (size_t turn = 0; !rest.empty(); ++turn) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    read_again(line);
    read_pairs(line);
    (void)jar.take_one(senders[turn % std::size(senders)], line, kNow);
    check(jar.kept().size() <= kLimits.cookies, "the jar is too full");
  }
  for (const Url& to : senders) look_into(jar, to);
  return 0;
}
