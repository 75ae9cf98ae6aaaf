#include "play/sent_at.h"

#include <gtest/gtest.h>

#include "base/decimal.h"
#include "base/rfc3339.h"

namespace peregrine::play {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Instant;
using base::Value;

// How long before it came a message was sent that says so.
class SentAtTest : public testing::Test {
 protected:
  base::Result<std::optional<Instant>> sent(const Value& told) const {
    return clock_.instant_of(told, came_);
  }
  base::Duration took(const Value& told) const {
    const auto at = sent(told);
    EXPECT_TRUE(at) << at.error().to_string();
    return at && *at ? came_ - **at : -1ns;
  }
  // Within what the two clocks are read apart.
  static void expect_near(base::Duration took, base::Duration expected) {
    EXPECT_GT(took, expected - 50ms);
    EXPECT_LT(took, expected + 50ms);
  }

  base::WallTime now_ = base::wall_now();
  Instant came_ = base::monotonic_now();
  SentAt clock_{0ns};
};

TEST_F(SentAtTest, IsAnInstantOrTextOrMilliseconds) {
  const base::WallTime before = now_ - 2s;
  const auto ns = before.time_since_epoch().count();
  expect_near(took(Value(before)), 2s);
  expect_near(took(Value(base::to_rfc3339(before))), 2s);
  expect_near(took(Value(ns / 1'000'000)), 2s);
  expect_near(took(Value(static_cast<double>(ns) / 1e6)), 2s);
  expect_near(took(Value(*base::Decimal::parse(std::to_string(ns / 1'000'000) + ".25"))), 2s);
}

TEST_F(SentAtTest, OfNobodyKnowsIsNothing) {
  const auto at = sent(Value());
  ASSERT_TRUE(at);
  EXPECT_FALSE(*at);
}

TEST_F(SentAtTest, AClockThatIsALittleAheadIsNoTime) { EXPECT_EQ(took(Value(now_ + 500ms)), 0ns); }

TEST_F(SentAtTest, TheClockOfServicesCounts) {
  const SentAt ahead(240h);
  const auto at = ahead.instant_of(Value(now_ + 240h - 2s), came_);
  ASSERT_TRUE(at && *at);
  expect_near(came_ - **at, 2s);
}

TEST_F(SentAtTest, SaysWhatIsWrong) {
  const auto error = [&](const Value& told) {
    const auto at = sent(told);
    return at ? std::string() : at.error().text;
  };
  EXPECT_EQ(error(Value("soon")),
            "`sent_at` is soon; it is an instant, text as 2025-06-09T08:00:00.123Z, or a number of "
            "milliseconds since 1970");
  EXPECT_TRUE(error(Value(-1)).starts_with("`sent_at` is -1; it is an instant"));
  EXPECT_TRUE(error(Value(true)).starts_with("`sent_at` is true; it is an instant"));
  EXPECT_EQ(error(Value(1'800'000'000)),
            "`sent_at` is 1800000000, that is 1970-01-21T20:00:00Z, more than a day before the "
            "message came; a number is of milliseconds since 1970");
  EXPECT_TRUE(error(Value(now_ + 2s)).contains("later than the message came"));
  EXPECT_TRUE(error(Value(1.8e18)).contains("later than the message came"));
}

}  // namespace
}  // namespace peregrine::play
