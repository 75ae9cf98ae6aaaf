#include "net/cookie_jar.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;

class CookieJarTest : public testing::Test {
 protected:
  // "" when it was kept, otherwise why not.
  std::string set(std::string_view from, std::string_view cookie) {
    base::Result<> kept = jar_.take_one(*parse_url(from), cookie, now_);
    return kept ? "" : kept.error().text;
  }
  std::string sent(std::string_view to) { return jar_.field(*parse_url(to), now_); }

  base::WallTime now_ = *base::parse_rfc3339("2025-06-09T08:00:00Z");
  CookieJar jar_{{.cookies = 5, .cookies_per_domain = 3, .bytes = 16}};
};

TEST_F(CookieJarTest, ACookieWithoutDomainIsItsHostsAlone) {
  set("http://shop.test/", "a=1");
  EXPECT_EQ(sent("http://shop.test:8080/x"), "a=1");
  EXPECT_EQ(sent("http://www.shop.test/"), "");
}

TEST_F(CookieJarTest, ADomainReachesTheHostsBelowIt) {
  set("http://www.shop.test/", "a=1; Domain=shop.test");
  EXPECT_EQ(sent("http://shop.test/"), "a=1");
  EXPECT_EQ(sent("http://api.shop.test/"), "a=1");
  EXPECT_EQ(sent("http://workshop.test/"), "");
}

TEST_F(CookieJarTest, AnothersDomainIsRefused) {
  EXPECT_EQ(set("http://www.shop.test/", "a=1; Domain=bank.test"),
            "www.shop.test cannot set the cookie a for bank.test");
  EXPECT_EQ(set("http://www.shop.test/", "a=1; Domain=test"),
            "www.shop.test cannot set the cookie a for all of test");
  EXPECT_EQ(set("http://shop.test/", "a=1; Domain=www.shop.test"),
            "shop.test cannot set the cookie a for www.shop.test");
  EXPECT_EQ(set("http://127.0.0.1/", "a=1; Domain=0.0.1"),
            "127.0.0.1 cannot set the cookie a for 0.0.1");
  EXPECT_TRUE(jar_.kept().empty());
}

TEST_F(CookieJarTest, ALoneNameAndAnAddressMayNameThemselves) {
  EXPECT_EQ(set("http://localhost/", "a=1; Domain=localhost"), "");
  EXPECT_EQ(sent("http://localhost/"), "a=1");
  EXPECT_EQ(sent("http://x.localhost/"), "");
  EXPECT_EQ(set("http://127.0.0.1/", "b=1; Domain=127.0.0.1"), "");
  EXPECT_EQ(sent("http://127.0.0.1/"), "b=1");
}

TEST_F(CookieJarTest, SecureGoesToHttpsAndTheLoopback) {
  set("https://shop.test/", "a=1; Secure");
  EXPECT_EQ(sent("https://shop.test/"), "a=1");
  EXPECT_EQ(sent("http://shop.test/"), "");
  for (const char* url :
       {"http://localhost:1/", "http://a.localhost/", "http://127.0.0.9/", "http://[::1]/"}) {
    jar_.clear();
    EXPECT_EQ(set(url, "a=1; Secure"), "") << url;
    EXPECT_EQ(sent(url), "a=1") << url;
  }
  set("http://127.evil.test/", "b=1; Secure");
  EXPECT_EQ(sent("http://127.evil.test/"), "");
}

TEST_F(CookieJarTest, CookiesEndAtTheirTime) {
  set("http://shop.test/", "a=1; Max-Age=60; Expires=Sun, 09-Jun-24 08:00:00 GMT");
  set("http://shop.test/", "b=1; Expires=Mon, 09-Jun-25 08:02:00 GMT");
  set("http://shop.test/", "c=1");
  now_ += 59s;
  EXPECT_EQ(sent("http://shop.test/"), "a=1; b=1; c=1");
  now_ += 1s;
  EXPECT_EQ(sent("http://shop.test/"), "b=1; c=1");
  now_ += 60s;
  EXPECT_EQ(sent("http://shop.test/"), "c=1");
  EXPECT_EQ(jar_.kept().size(), 1U);
}

TEST_F(CookieJarTest, ACookieOfThePastRemovesTheOneThatIsThere) {
  set("http://shop.test/", "a=1");
  EXPECT_EQ(set("http://shop.test/", "a=; Max-Age=0"), "");
  EXPECT_TRUE(jar_.kept().empty());
  set("http://shop.test/", "a=1; Max-Age=99999999999999999999");
  now_ += 24h * 365 * 50;
  EXPECT_EQ(sent("http://shop.test/"), "a=1");
}

TEST_F(CookieJarTest, LongerPathsComeFirstAndAReplacedCookieKeepsItsPlace) {
  set("http://shop.test/", "a=1");
  set("http://shop.test/", "b=1");
  set("http://shop.test/x/y", "c=1");
  set("http://shop.test/", "a=2; HttpOnly");
  EXPECT_EQ(sent("http://shop.test/x/z"), "c=1; a=2; b=1");
  EXPECT_EQ(sent("http://shop.test/xy"), "a=2; b=1");
  EXPECT_TRUE(jar_.kept().back().http_only);
}

TEST_F(CookieJarTest, BeyondItsBoundsTheLeastUsedGoes) {
  set("http://shop.test/", "a=1; Path=/a");
  set("http://shop.test/", "b=1; Path=/b");
  set("http://shop.test/", "c=1; Path=/c");
  EXPECT_EQ(sent("http://shop.test/a"), "a=1");
  set("http://shop.test/", "d=1");
  EXPECT_EQ(sent("http://shop.test/b"), "d=1");
  EXPECT_EQ(sent("http://shop.test/a"), "a=1; d=1");
  set("http://1.test/", "e=1");
  set("http://2.test/", "e=1");
  set("http://3.test/", "e=1");
  EXPECT_EQ(jar_.kept().size(), 5U);
  EXPECT_EQ(sent("http://shop.test/c"), "d=1");
}

TEST_F(CookieJarTest, ACookieThatIsTooLargeIsNotKept) {
  EXPECT_EQ(set("http://shop.test/", "a=123456789012345"), "");
  EXPECT_EQ(set("http://shop.test/", "a=1234567890123456"),
            "a cookie of 17 bytes was not kept: 16 are the most");
  EXPECT_EQ(set("http://shop.test/", "a=1; Path=/1234567890123456"),
            "a cookie of 17 bytes was not kept: 16 are the most");
}

TEST_F(CookieJarTest, TakesEveryFieldAndTellsWhatWasNotKept) {
  const wire::Headers headers{
      {"Set-Cookie", "a=1"}, {"set-cookie", "b"}, {"Cookie", "x=1"}, {"Set-Cookie", "c=1"}};
  const std::vector<base::Error> refused =
      jar_.take(*parse_url("http://shop.test/"), headers, now_);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].code, Code::invalid);
  EXPECT_EQ(sent("http://shop.test/"), "a=1; c=1");
}

}  // namespace
}  // namespace peregrine::net
