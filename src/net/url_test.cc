#include "net/url.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

std::string parts(std::string_view text) {
  const base::Result<Url> url = parse_url(text);
  if (!url) return url.error().text;
  return fmt::format("{} {} {} {} {}", url->scheme, url->host, url->port, url->path, url->query);
}

TEST(UrlTest, TakesUrlsApart) {
  EXPECT_EQ(parts("http://a.example:8080/b/c?d=e&f"), "http a.example 8080 /b/c d=e&f");
  EXPECT_EQ(parts("HTTPS://A.Example"), "https a.example 443 / ");
  EXPECT_EQ(parts("http://a?b"), "http a 80 / b");
  EXPECT_EQ(parts("http://a:/b?c#d?e"), "http a 80 /b c");
  EXPECT_EQ(parts("http://[::1]:81/a:b@c"), "http ::1 81 /a:b@c ");
}

TEST(UrlTest, SaysWhatIsWrong) {
  EXPECT_EQ(parts("ftp://a"), "'ftp://a' must begin with http:// or https://");
  EXPECT_EQ(parts("a:80"), "'a:80' must begin with http:// or https://");
  EXPECT_EQ(parts("http://:80/"), "'' is not a host name or address, in 'http://:80/'");
  EXPECT_EQ(parts("http://a:0"), "the port '0' in 'http://a:0' must be a number from 1 to 65535");
  EXPECT_EQ(parts("http://a:99999"),
            "the port '99999' in 'http://a:99999' must be a number from 1 to 65535");
  EXPECT_EQ(parts("http://a:8o"),
            "the port '8o' in 'http://a:8o' must be a number from 1 to 65535");
  EXPECT_EQ(parts("http://me:secret@a/"),
            "'http://me:secret@a/' has a user name in it; send it in an Authorization header "
            "instead");
  EXPECT_EQ(parts("http://[::1/"), "the address in 'http://[::1/' has no closing bracket");
  EXPECT_EQ(parts("http://[::1]80/"), "'80' after the address in 'http://[::1]80/' is not a port");
  EXPECT_EQ(parts("http://a/b c"),
            "'http://a/b c' is not a URL: spaces, control and non-ASCII characters must be "
            "percent-encoded");
  EXPECT_EQ(parts("http://a/" + std::string(kMaxUrlBytes, 'b')),
            "a URL may have 8192 bytes, this one has 8201");
}

TEST(UrlTest, GivesTargetAndAuthorityBack) {
  const Url url = *parse_url("http://[::1]:8080/a?b");
  EXPECT_EQ(url.target(), "/a?b");
  EXPECT_EQ(url.authority(), "[::1]:8080");
  EXPECT_EQ(parse_url("https://a:443")->authority(), "a");
  EXPECT_EQ(parse_url("https://a:80")->authority(), "a:80");
}

TEST(PercentTest, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ0-._~ /?&=+%\xc3\xa4"), "aZ0-._~%20%2F%3F%26%3D%2B%25%C3%A4");
}

TEST(PercentTest, DecodesEveryByteBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(*percent_decode(percent_encode(all)), all);
  EXPECT_EQ(*percent_decode("%c3%A4+"), "\xc3\xa4+");
}

TEST(PercentTest, RefusesBrokenEncoding) {
  for (const std::string_view text : {"%", "a%4", "%g0", "%0g"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
  EXPECT_EQ(percent_decode("a%4").error().text,
            "'%' at byte 1 of 'a%4' is not followed by two hexadecimal digits");
}

}  // namespace
}  // namespace peregrine::net
