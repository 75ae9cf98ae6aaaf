#include "wire/http_date.h"

#include <gtest/gtest.h>

#include "base/rfc3339.h"

namespace peregrine::wire {
namespace {

std::string read(std::string_view text) {
  const std::optional<base::WallTime> instant = parse_cookie_date(text);
  return instant ? base::to_rfc3339(*instant) : "none";
}

TEST(HttpDate, WritesTheFormOfHttp) {
  EXPECT_EQ(to_http_date(*base::parse_rfc3339("1994-11-06T08:49:37.9Z")),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(to_http_date(*base::parse_rfc3339("1969-12-31T23:59:59.5Z")),
            "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDate, ReadsTheThreeFormsOfHttp) {
  for (const char* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov  6 08:49:37 1994"}) {
    EXPECT_EQ(read(text), "1994-11-06T08:49:37Z") << text;
  }
}

TEST(HttpDate, YearsOfTwoDigitsAreFrom1970To2069) {
  EXPECT_EQ(read("1 Jan 69 00:00:00"), "2069-01-01T00:00:00Z");
  EXPECT_EQ(read("1 Jan 70 00:00:00"), "1970-01-01T00:00:00Z");
}

TEST(HttpDate, WhatIsNoDateIsNone) {
  for (const char* text :
       {"", "06 Nov 1994", "08:49:37 Nov 1994", "30 Feb 1994 08:49:37", "6 Nov 1600 08:49:37",
        "6 Nov 1994 24:00:00", "6 Nov 1994 00:60:00", "6 Nov 1994 00:00:60", "0 Nov 94 00:00:00"}) {
    EXPECT_EQ(read(text), "none") << text;
  }
}

TEST(HttpDate, FarYearsAreTheFirstAndTheLastInstant) {
  EXPECT_EQ(parse_cookie_date("1 Jan 9999 00:00:00"), base::WallTime::max());
  EXPECT_EQ(parse_cookie_date("1 Jan 1601 00:00:00"), base::WallTime::min());
}

}  // namespace
}  // namespace peregrine::wire
