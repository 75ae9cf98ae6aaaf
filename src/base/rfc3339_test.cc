#include "base/rfc3339.h"

#include <gtest/gtest.h>

namespace peregrine::base {
namespace {

std::string again(std::string_view text) {
  std::optional<WallTime> instant = parse_rfc3339(text);
  return instant ? to_rfc3339(*instant) : "none";
}

TEST(Rfc3339, ReadsInstants) {
  EXPECT_EQ(again("2025-06-09T08:00:00Z"), "2025-06-09T08:00:00Z");
  EXPECT_EQ(again("2025-06-09 10:00:00+02:00"), "2025-06-09T08:00:00Z");
  EXPECT_EQ(again("2024-02-29T23:30:00-05:30"), "2024-03-01T05:00:00Z");
  EXPECT_EQ(again("1969-12-31t23:59:59.5z"), "1969-12-31T23:59:59.500Z");
  EXPECT_EQ(again("2025-06-09T08:00:00.120450Z"), "2025-06-09T08:00:00.120450Z");
  EXPECT_EQ(again("2025-06-09T08:00:00.000000001Z"), "2025-06-09T08:00:00.000000001Z");
  EXPECT_EQ(again("1990-12-31T23:59:60Z"), "1991-01-01T00:00:00Z");
}

TEST(Rfc3339, RefusesOtherText) {
  for (std::string_view text :
       {"", "tomorrow", "2025-06-09", "2025-06-09T08:00:00", "2025-02-30T08:00:00Z",
        "2025-13-01T08:00:00Z", "2025-06-09T24:00:00Z", "2025-06-09T08:60:00Z",
        "2025-6-9T08:00:00Z", "2025-06-09T08:00:00.Z", "2025-06-09T08:00:00Zx",
        "2025-06-09T08:00:00+2:00", "1500-01-01T00:00:00Z"})
    EXPECT_EQ(again(text), "none") << text;
}

}  // namespace
}  // namespace peregrine::base
