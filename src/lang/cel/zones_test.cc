#include "lang/cel/zones.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"
#include "lang/cel/time_text.h"

namespace peregrine::lang::cel {
namespace {

std::string there_and_back(std::string_view local, std::string_view zone) {
  const auto instant = from_local(*read_local(local), zone);
  return instant ? base::to_rfc3339(*instant) : "no zone";
}

TEST(Zones, FollowSummerTime) {
  EXPECT_EQ(there_and_back("2025-06-09 10:00", "Europe/Berlin"), "2025-06-09T08:00:00Z");
  EXPECT_EQ(there_and_back("2025-12-09T10:00:30", "Europe/Berlin"), "2025-12-09T09:00:30Z");
  EXPECT_EQ(there_and_back("2025-10-26 02:30", "Europe/Berlin"), "2025-10-26T00:30:00Z");
}

TEST(Zones, MayBeOffsets) {
  EXPECT_EQ(there_and_back("2025-06-09 10:00", "+11:00"), "2025-06-08T23:00:00Z");
  EXPECT_EQ(there_and_back("2025-06-09 10:00", "-02:30"), "2025-06-09T12:30:00Z");
  EXPECT_EQ(there_and_back("2025-06-09 10:00", "Nowhere/City"), "no zone");
  EXPECT_EQ(there_and_back("2025-06-09 10:00", "../etc/passwd"), "no zone");
  EXPECT_EQ(there_and_back("2025-06-09 10:00", ""), "no zone");
}

TEST(Durations, AreReadToTheNanosecond) {
  using namespace std::chrono_literals;
  EXPECT_EQ(read_duration("1h45m47s"), 6347s);
  EXPECT_EQ(read_duration("-1.5s"), -1500ms);
  EXPECT_EQ(read_duration("0.000000001s"), 1ns);
  EXPECT_EQ(read_duration("2µs"), 2us);
  EXPECT_EQ(read_duration("7d"), 168h);
  for (std::string_view wrong : {"", "-", "1", "s", "1x", "1s2", ".s", "1..s", "320000000000s"}) {
    EXPECT_EQ(read_duration(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace peregrine::lang::cel
