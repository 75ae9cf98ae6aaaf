#include <gtest/gtest.h>

#include "lang/cel/evaluate.h"

namespace peregrine::lang::cel {
namespace {

// 2025-06-04 is a Wednesday; its 09:00Z is 11:00 in Berlin.
TEST(CalendarTest, NextIsTheFirstSuchInstantAfterNow) {
  EXPECT_EQ(evaluate("next('monday', '10:00')"), "2025-06-09T08:00:00Z");
  EXPECT_EQ(evaluate("next('Tuesday', '10:00:30')"), "2025-06-10T08:00:30Z");
  EXPECT_EQ(evaluate("next('sunday', '00:00')"), "2025-06-07T22:00:00Z");
  EXPECT_EQ(evaluate("next('tomorrow', '23:59')"), "2025-06-05T21:59:00Z");
  EXPECT_EQ(evaluate("next('day', '11:01')"), "2025-06-04T09:01:00Z");
}

TEST(CalendarTest, TodayCountsWhileItsTimeIsAhead) {
  EXPECT_EQ(evaluate("next('wednesday', '12:00')"), "2025-06-04T10:00:00Z");
  EXPECT_EQ(evaluate("next('wednesday', '11:00')"), "2025-06-11T09:00:00Z");  // now itself
  EXPECT_EQ(evaluate("next('day', '10:59')"), "2025-06-05T08:59:00Z");
}

TEST(CalendarTest, AWeekdayIsNoSaturdayOrSunday) {
  EXPECT_EQ(evaluate("next('weekday', '10:00')"), "2025-06-05T08:00:00Z");
  EXPECT_EQ(evaluate("next('weekday', '10:00')", "2025-06-06T09:00:00Z"), "2025-06-09T08:00:00Z");
}

// The clock there shows the next day already.
TEST(CalendarTest, DaysAreThoseOfTheZone) {
  EXPECT_EQ(evaluate("next('tomorrow', '10:00')", "2025-06-04T23:00:00Z"), "2025-06-06T08:00:00Z");
  EXPECT_EQ(evaluate("next('wednesday', '10:00')", "2025-06-04T15:00:00Z", "Asia/Tokyo"),
            "2025-06-11T01:00:00Z");
  EXPECT_EQ(evaluate("next('thursday', '10:00')", "2025-06-04T15:00:00Z", "Asia/Tokyo"),
            "2025-06-05T01:00:00Z");
}

// 2025-03-30 has no 02:30 in Berlin, 2025-10-26 has two.
TEST(CalendarTest, ChangesOfTheClock) {
  EXPECT_EQ(evaluate("next('sunday', '02:30')", "2025-03-29T12:00:00Z"), "2025-03-30T01:00:00Z");
  EXPECT_EQ(evaluate("next('day', '02:30')", "2025-10-25T12:00:00Z"), "2025-10-26T00:30:00Z");
  EXPECT_EQ(evaluate("next('day', '02:30')", "2025-10-26T00:45:00Z"), "2025-10-27T01:30:00Z");
  EXPECT_EQ(evaluate("next('sunday', '02:30')", "2025-10-26T00:45:00Z"), "2025-11-02T01:30:00Z");
}

TEST(CalendarTest, SaysWhatItDoesNotKnow) {
  EXPECT_EQ(evaluate("next('mon', '10:00')"),
            "mistake: next() knows 'monday' to 'sunday', 'day', 'weekday' and 'tomorrow', not "
            "\"mon\"");
  for (const char* time : {"'10'", "'24:00'", "'10:60'", "'10:00Z'", "''", "'10:00:00.5.5'"}) {
    EXPECT_TRUE(evaluate(fmt::format("next('day', {})", time)).starts_with("mistake: \"")) << time;
  }
  EXPECT_EQ(evaluate("next(string(now()), '10:00')").substr(0, 18), "error: next() know");
  EXPECT_EQ(evaluate("next('day', string(now()))").substr(0, 12), "error: \"2025");
}

}  // namespace
}  // namespace peregrine::lang::cel
