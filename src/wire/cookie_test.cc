#include "wire/cookie.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace peregrine::wire {
namespace {

using base::Code;

// What is read is written in the canonical form, so one text shows all of it.
std::string canonical(std::string_view field) {
  base::Result<SetCookie> read = parse_set_cookie(field);
  if (!read) return read.error().text;
  base::Result<std::string> written = to_set_cookie_field(*read);
  return written ? *written : written.error().text;
}

TEST(Cookie, ReadsEveryAttribute) {
  EXPECT_EQ(canonical("a=1;domain=.Example.ORG ; PATH=/x;expires=Sun, 06-Nov-94 08:49:37 GMT;"
                      "max-age=-7;SECURE;httponly;samesite=lax"),
            "a=1; Domain=example.org; Path=/x; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=-7; "
            "Secure; HttpOnly; SameSite=Lax");
  EXPECT_EQ(canonical("a=1; SameSite=Strict"), "a=1; SameSite=Strict");
  EXPECT_EQ(canonical("a=1; SameSite=None"), "a=1; SameSite=None");
}

TEST(Cookie, WhatMakesNoSenseIsIgnored) {
  EXPECT_EQ(canonical("a=1; Path=x; Domain=; Max-Age=1x; Max-Age=; Max-Age=-; Expires=soon; "
                      "SameSite=perhaps; colour=blue;;"),
            "a=1");
  EXPECT_EQ(canonical("a=1; Max-Age=5; Max-Age=x"), "a=1; Max-Age=5");
  EXPECT_EQ(canonical("a=1; Path=/x; Path=y"), "a=1");
  EXPECT_EQ(canonical("a=1; SameSite=Lax; SameSite=x"), "a=1");
}

TEST(Cookie, AMaxAgeBeyondNumbersLastsForEver) {
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=99999999999999999999")->max_age_s, INT64_MAX);
  EXPECT_EQ(parse_set_cookie("a=1; Max-Age=-99999999999999999999")->max_age_s, INT64_MIN);
}

TEST(Cookie, WhatIsNoCookieSaysWhy) {
  for (const char* field : {"", "a", "=1", " =1", ";a=1", "a=1\r", "a\x01=1", "a=1; Path=/\x7f"}) {
    EXPECT_EQ(parse_set_cookie(field).error().code, Code::invalid) << field;
  }
}

TEST(Cookie, WhatWouldBeReadOtherwiseIsNotWritten) {
  EXPECT_EQ(*to_set_cookie_field({.cookie = {"a", "\"1\""}}), "a=\"1\"");
  for (const SetCookie& cookie :
       {SetCookie{.cookie = {"", "1"}}, SetCookie{.cookie = {"a b", "1"}},
        SetCookie{.cookie = {"a", "1;2"}}, SetCookie{.cookie = {"a", "1 2"}},
        SetCookie{.cookie = {"a", "\""}}, SetCookie{.cookie = {"a", "1\n"}},
        SetCookie{.cookie = {"a", "1"}, .domain = "x;y"},
        SetCookie{.cookie = {"a", "1"}, .domain = ".x"},
        SetCookie{.cookie = {"a", "1"}, .path = "/x\n"},
        SetCookie{.cookie = {"a", "1"}, .path = "x"}}) {
    EXPECT_FALSE(to_set_cookie_field(cookie)) << cookie.cookie.value;
  }
}

TEST(Cookie, TheCookieFieldBothWays) {
  const std::vector<Cookie> cookies = *parse_cookie_field("a=1;b = \"2\" ; ;c;=d;e=");
  EXPECT_EQ(cookies, (std::vector<Cookie>{{"a", "1"}, {"b", "\"2\""}, {"e", ""}}));
  EXPECT_EQ(to_cookie_field(cookies), "a=1; b=\"2\"; e=");
  EXPECT_EQ(to_cookie_field({}), "");
}

TEST(Cookie, AFieldOfTooManyCookiesIsRefused) {
  std::string field;
  for (size_t i = 0; i < kCookiesInField; ++i) field += "a=1;";
  EXPECT_EQ(parse_cookie_field(field)->size(), kCookiesInField);
  EXPECT_EQ(parse_cookie_field(field + "b=1").error().code, Code::limit);
}

}  // namespace
}  // namespace peregrine::wire
