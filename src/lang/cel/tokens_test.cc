#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/text.h"
#include "lang/cel/evaluate.h"

namespace peregrine::lang::cel {
namespace {

// The secret of RFC 6238, appendix B, as base32.
constexpr std::string_view kSecret = "'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'";
constexpr std::string_view kAt = "2005-03-18T01:58:29Z";  // 1111111109

std::string totp(std::string_view rest) {
  return evaluate(fmt::format("totp({}{})", kSecret, rest), kAt);
}

TEST(TokensTest, OneTimePasswordsOfNow) {
  EXPECT_EQ(totp(", {'digits': 8}"), "07081804");
  EXPECT_EQ(totp(""), "081804");
  EXPECT_EQ(evaluate("totp('gezd gnbv gy3t qojq-gezd gnbv gy3t qojq')", kAt), "081804");
}

TEST(TokensTest, OneTimePasswordsWithOptions) {
  EXPECT_EQ(totp(", {'digits': 8, 'at': now() + duration('2s')}"), "14050471");
  EXPECT_EQ(totp(", {'period': 60, 'at': timestamp('1970-01-01T00:01:00Z')}"), "287082");
  EXPECT_EQ(evaluate("totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA', "
                     "{'algorithm': 'sha256', 'digits': 8})",
                     kAt),
            "68084774");
}

TEST(TokensTest, OneTimePasswordsThatCannotBe) {
  EXPECT_EQ(evaluate("totp('0')"),
            "mistake: a secret is in base32: letters, and digits from 2 to 7");
  EXPECT_EQ(evaluate("totp('')"),
            "mistake: a secret is in base32: letters, and digits from 2 to 7");
  EXPECT_EQ(evaluate("totp(string(now()))"),
            "error: totp() takes a secret in base32: letters, and digits from 2 to 7");
  for (const char* bad : {"'digits': 5", "'digits': 11", "'digits': '6'", "'period': 0",
                          "'algorithm': 'md5'", "'at': 7", "'step': 30"}) {
    EXPECT_TRUE(totp(fmt::format(", {{{}}}", bad)).starts_with("mistake: totp() knows digits"))
        << bad;
  }
  EXPECT_EQ(totp(", {'at': timestamp('1969-12-31T23:59:59Z')}"),
            "error: totp() takes an instant from 1970 on");
}

// As jwt.io shows it since ever.
TEST(TokensTest, ATokenSignedWithASecret) {
  EXPECT_EQ(evaluate("jwt({'sub': '1234567890', 'name': 'John Doe', 'iat': 1516239022}, "
                     "'your-256-bit-secret')"),
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ."
            "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c");
}

TEST(TokensTest, InstantsAreNumericDates) {
  EXPECT_EQ(evaluate("jwt_claims(jwt({'iat': now(), 'exp': now() + duration('90.9s')}, 'k'))",
                     "1970-01-01T00:00:10.5Z"),
            R"({"iat":10,"exp":101})");
}

TEST(TokensTest, TheHeaderIsTheUsers) {
  const std::string token = evaluate("jwt({}, b'\\x00\\xff', {'kid': 'k1', 'alg': 'HS512'})");
  EXPECT_EQ(base::base64url_decoded(base::split(token, '.').front()),
            R"({"kid":"k1","alg":"HS512","typ":"JWT"})");
  EXPECT_EQ(base::split(token, '.').back(),
            base::base64url(base::hmac(base::Algorithm::sha512, std::string_view("\0\xff", 2),
                                       token.substr(0, token.rfind('.')))));
  EXPECT_EQ(base::base64url_decoded(
                base::split(evaluate("jwt({}, 'k', {'typ': 'at+jwt'})"), '.').front()),
            R"({"alg":"HS256","typ":"at+jwt"})");
  EXPECT_EQ(evaluate("jwt({}, 'k', {'alg': 'RS256'})"),
            "error: jwt(): RS256 takes a private key in PEM");
  EXPECT_EQ(evaluate("jwt([], 'k')"), "mistake: `jwt` takes map here, not list");
}

TEST(TokensTest, ClaimsAreReadWithoutAKey) {
  EXPECT_EQ(evaluate("jwt_claims('e30.eyJhIjpbMV19.x')"),
            "mistake: jwt_claims(): a part of the token is not base64url");
  EXPECT_EQ(evaluate("jwt_claims('e30.eyJhIjpbMV19.')"), R"({"a":[1]})");
  EXPECT_EQ(evaluate("jwt_claims('e30.MQ.')"),
            "mistake: jwt_claims(): the claims are no JSON object");
}

}  // namespace
}  // namespace peregrine::lang::cel
