#include "base/instant.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace peregrine::base {
namespace {

std::string read(const Value& value) {
  const std::optional<WallTime> instant = as_instant(value);
  return instant ? to_rfc3339(*instant) : "none";
}

TEST(Instant, IsATimestampItsTextOrSeconds) {
  EXPECT_EQ(read(Value(*parse_rfc3339("2025-06-09T08:00:00Z"))), "2025-06-09T08:00:00Z");
  EXPECT_EQ(read(Value("2025-06-09T10:00:00+02:00")), "2025-06-09T08:00:00Z");
  EXPECT_EQ(read(Value(1749456000)), "2025-06-09T08:00:00Z");
  EXPECT_EQ(read(Value(-1)), "1969-12-31T23:59:59Z");
}

TEST(Instant, OtherValuesAreNone) {
  EXPECT_EQ(read(Value()), "none");
  EXPECT_EQ(read(Value(true)), "none");
  EXPECT_EQ(read(Value(1.5)), "none");
  EXPECT_EQ(read(Value("tomorrow")), "none");
}

TEST(Instant, SecondsThatNoClockShowsAreNone) {
  EXPECT_EQ(read(Value(int64_t{1'749'456'000'000})), "none");  // milliseconds
  EXPECT_EQ(read(Value(INT64_MAX)), "none");
  EXPECT_EQ(read(Value(INT64_MIN)), "none");
}

}  // namespace
}  // namespace peregrine::base
