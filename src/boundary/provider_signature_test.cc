#include "boundary/provider_signature.h"

#include <gtest/gtest.h>

namespace peregrine::boundary {
namespace {

using Scheme = lang::Signature::Scheme;

wire::Headers signed_headers(const lang::Signature& how, std::string_view secret,
                             std::string_view body, int64_t unix_ms) {
  wire::Headers headers;
  const auto done = sign(how, secret, {.url = "https://shop.test/sms?a=1", .body = body},
                         base::WallTime(std::chrono::milliseconds(unix_ms)), headers);
  EXPECT_TRUE(done) << done.error().to_string();
  return headers;
}

lang::Signature how(Scheme scheme, std::string header = "", std::string prefix = "") {
  return {.scheme = scheme,
          .at = {},
          .secret = {},
          .header = std::move(header),
          .algorithm = "sha256",
          .prefix = std::move(prefix)};
}

// What retell-sdk 5.66.1 signs itself.
TEST(ProviderSignatureTest, Retell) {
  EXPECT_EQ(signed_headers(how(Scheme::retell), "key_test",
                           R"({"event":"call_ended","call":{"call_id":"call_1"}})", 1795231117268)
                .get("x-retell-signature"),
            "v=1795231117268,d=0735ba55c5e78c7faa39e0775e5f3b8f76917149c0ffd54f7b801c430b9a05db");
}

// What Cal.com's own code signs (packages/features/webhooks/lib/sendPayload.ts).
TEST(ProviderSignatureTest, Hmac) {
  EXPECT_EQ(
      signed_headers(how(Scheme::hmac, "X-Cal-Signature-256"), "s", R"({"triggerEvent":"PING"})", 0)
          .get("x-cal-signature-256"),
      "8330b490f09d47d3c9ad7b575100f0ce0468b8054bfe3f9ba41c9d7ee60e14c4");
  EXPECT_TRUE(signed_headers(how(Scheme::hmac, "x-hub", "sha256="), "s", "", 0)
                  .get("x-hub")
                  .starts_with("sha256="));
}

// What the npm package twilio 5 makes of the same (getExpectedTwilioSignature).
TEST(ProviderSignatureTest, TwilioSignsTheUrlAndWhatIsInTheForm) {
  EXPECT_EQ(signed_headers(how(Scheme::twilio), "token", "To=%2B49&Body=Hi+you&From=a", 0)
                .get("x-twilio-signature"),
            "NvnRaD8p61CMjww6mtzX92IQz70=");
}

TEST(ProviderSignatureTest, TokenIsTheSecretIfThereIsOne) {
  EXPECT_EQ(signed_headers(how(Scheme::token, "x-token"), "abc", "body", 0).get("x-token"), "abc");
  EXPECT_TRUE(signed_headers(how(Scheme::token, "x-token"), "", "body", 0).empty());
}

TEST(ProviderSignatureTest, SendgridNeedsAKey) {
  wire::Headers headers;
  const auto done = sign(how(Scheme::sendgrid), "abc", {.url = "", .body = "body"}, {}, headers);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().text.contains("no private key in PEM")) << done.error().text;
}

}  // namespace
}  // namespace peregrine::boundary
