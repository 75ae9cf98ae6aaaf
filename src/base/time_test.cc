#include "base/time.h"

#include <gtest/gtest.h>

namespace peregrine::base {
namespace {

using namespace std::chrono_literals;

TEST(Time, TextHasTheUnitThatFits) {
  EXPECT_EQ(to_text(0s), "0 µs");
  EXPECT_EQ(to_text(850us), "850 µs");
  EXPECT_EQ(to_text(1ms), "1.00 ms");
  EXPECT_EQ(to_text(12'345us), "12.3 ms");
  EXPECT_EQ(to_text(123'456us), "123 ms");
  EXPECT_EQ(to_text(4'100ms), "4.10 s");
  EXPECT_EQ(to_text(41s), "41.0 s");
  EXPECT_EQ(to_text(1h), "3600 s");
}

TEST(Time, TextIsRoundedIntoTheNextUnit) {
  EXPECT_EQ(to_text(999'499ns), "999 µs");
  EXPECT_EQ(to_text(999'500ns), "1.00 ms");
  EXPECT_EQ(to_text(9'994us), "9.99 ms");
  EXPECT_EQ(to_text(9'996us), "10.0 ms");
  EXPECT_EQ(to_text(99'960us), "100 ms");
  EXPECT_EQ(to_text(999'600us), "1.00 s");
  EXPECT_EQ(to_text(9'996ms), "10.0 s");
  EXPECT_EQ(to_text(99'960ms), "100 s");
}

}  // namespace
}  // namespace peregrine::base
