#include "booking/service/retell_signature.h"

#include <gtest/gtest.h>

namespace peregrine::booking {
namespace {

using namespace std::chrono_literals;

// Made by Retell's own SDK (retell-sdk 5.66.1).
constexpr std::string_view kBody = R"({"event":"call_ended","call":{"call_id":"call_1"}})";
constexpr std::string_view kDigest =
    "0735ba55c5e78c7faa39e0775e5f3b8f76917149c0ffd54f7b801c430b9a05db";
constexpr base::WallTime kSentAt(1795231117268ms);

std::string refusal(std::string_view header, std::string_view body = kBody,
                    base::WallTime now = kSentAt) {
  base::Result<> result = verify_retell_signature(header, body, "key_test", now);
  return result ? "" : result.error().text;
}

std::string header() { return "v=1795231117268,d=" + std::string(kDigest); }

TEST(RetellSignature, AcceptsTheSdksOwn) {
  EXPECT_EQ(refusal(header()), "");
  EXPECT_EQ(refusal(header(), kBody, kSentAt + 5min), "");
  EXPECT_EQ(refusal(header(), kBody, kSentAt - 5min), "");
}

TEST(RetellSignature, RefusesAReplay) {
  EXPECT_EQ(refusal(header(), kBody, kSentAt + 5min + 1ms), "a signature from another time");
  EXPECT_EQ(refusal(header(), kBody, kSentAt - 5min - 1ms), "a signature from another time");
  EXPECT_EQ(refusal("v=9223372036854775807,d=" + std::string(kDigest)),
            "a signature from another time");
}

TEST(RetellSignature, RefusesAnotherKeyBodyOrTime) {
  const std::string reason = "a signature by another key or of another body";
  EXPECT_EQ(refusal(header(), "{}"), reason);
  EXPECT_EQ(refusal("v=1795231117269,d=" + std::string(kDigest)), reason);
  EXPECT_EQ(refusal("v=1795231117268,d="), reason);
  EXPECT_EQ(refusal(header() + "0"), reason);
}

TEST(RetellSignature, RefusesOtherForms) {
  EXPECT_EQ(refusal(""), "no signature");
  for (std::string_view text : {"v=1", "d=1", "v=1;d=2", "sha256=00"})
    EXPECT_EQ(refusal(text), "a signature in no known form") << text;
  for (std::string_view text : {"v=,d=00", "v=1x,d=00", "v=99999999999999999999,d=00"})
    EXPECT_EQ(refusal(text), "a signature without a time") << text;
}

}  // namespace
}  // namespace peregrine::booking
