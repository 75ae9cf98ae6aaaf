#include "play/postgres_types.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/rfc3339.h"
#include "play/postgres_array.h"

namespace peregrine::play {
namespace {

using base::Kind;
using base::List;
using base::Map;
using base::Value;

Value cell(uint32_t oid, const char* text) { return from_postgres({"c", oid}, std::string(text)); }

TEST(PostgresTypesTest, EachTypeHasItsKind) {
  EXPECT_EQ(cell(16, "t"), Value(true));
  EXPECT_EQ(cell(16, "f"), Value(false));
  EXPECT_EQ(cell(21, "-7"), Value(-7));
  EXPECT_EQ(cell(20, "9223372036854775807"), Value(INT64_MAX));
  EXPECT_EQ(cell(26, "4294967295"), Value(4294967295));
  EXPECT_EQ(cell(701, "0.1"), Value(0.1));
  EXPECT_EQ(cell(1700, "12345678901234567890.125").kind(), Kind::decimal);
  EXPECT_EQ(cell(25, "12"), Value("12"));
  EXPECT_EQ(cell(2950, "7c9e6679-7425-40de-944b-e07fc1f90ae7").kind(), Kind::text);
  EXPECT_EQ(cell(3802, "{\"a\": [1, null]}"), Value(Map{{"a", List{1, nullptr}}}));
  EXPECT_EQ(cell(17, "\\x00ff"), Value(base::Bytes{std::string("\x00\xff", 2)}));
  EXPECT_EQ(from_postgres({"c", 25}, std::nullopt), Value());
}

TEST(PostgresTypesTest, InstantsComeWithEveryOffset) {
  const Value eight(*base::parse_rfc3339("2025-06-09T08:00:00Z"));
  EXPECT_EQ(cell(1184, "2025-06-09 08:00:00+00"), eight);
  EXPECT_EQ(cell(1184, "2025-06-09 10:00:00+02"), eight);
  EXPECT_EQ(cell(1184, "2025-06-09 13:30:00+05:30"), eight);
  EXPECT_EQ(cell(1184, "2025-06-09 04:30:00-03:30"), eight);
  EXPECT_EQ(cell(1184, "2025-06-09 08:00:00.000001+00"),
            Value(*base::parse_rfc3339("2025-06-09T08:00:00.000001Z")));
  // Of Berlin and of New York, before there were zones.
  EXPECT_EQ(cell(1184, "1880-01-01 00:53:28+00:53:28"),
            Value(*base::parse_rfc3339("1880-01-01T00:00:00Z")));
  EXPECT_EQ(cell(1184, "1880-01-01 00:00:00-04:56:02"),
            Value(*base::parse_rfc3339("1880-01-01T04:56:02Z")));
}

TEST(PostgresTypesTest, WhatHasNoValueIsText) {
  EXPECT_EQ(cell(1700, "NaN"), Value("NaN"));
  EXPECT_EQ(cell(1184, "infinity"), Value("infinity"));
  EXPECT_EQ(cell(1184, "0044-03-15 00:00:00+00 BC"), Value("0044-03-15 00:00:00+00 BC"));
  for (const char* text : {"NaN", "Infinity", "-Infinity"}) {
    EXPECT_EQ(cell(700, text), Value(text));
    EXPECT_EQ(cell(701, text), Value(text));
    EXPECT_EQ(cell(1700, text), Value(text));
  }
  EXPECT_EQ(cell(17, "\\x0"), Value("\\x0"));
  EXPECT_EQ(cell(3802, "{"), Value("{"));
}

TEST(PostgresTypesTest, ArraysAreLists) {
  EXPECT_EQ(cell(1007, "{1,NULL,3}"), Value(List{1, nullptr, 3}));
  EXPECT_EQ(cell(1007, "{}"), Value(List{}));
  EXPECT_EQ(cell(1007, "{{1,2},{3,4}}"), Value(List{Value(List{1, 2}), Value(List{3, 4})}));
  EXPECT_EQ(cell(1009, R"({a,"b c","NULL",NULL,"say \"x\"","back\\slash",""})"),
            Value(List{"a", "b c", "NULL", nullptr, "say \"x\"", "back\\slash", ""}));
  EXPECT_EQ(cell(1000, "{t,f}"), Value(List{true, false}));
  EXPECT_EQ(cell(1185, R"({"2025-06-09 08:00:00+00"})"),
            Value(List{*base::parse_rfc3339("2025-06-09T08:00:00Z")}));
  EXPECT_EQ(cell(3807, R"({"{\"a\": 1}"})"), Value(List{Map{{"a", 1}}}));
}

TEST(PostgresTypesTest, ArraysOfATypeOfItsOwnAreAskedFor) {
  const net::Column moods = {"c", 16'400};
  EXPECT_EQ(from_postgres(moods, "{glad,sad}"), Value("{glad,sad}"));
  EXPECT_EQ(from_postgres(moods, "{glad,sad}", {{16'400, 16'390}}), Value(List{"glad", "sad"}));
  EXPECT_EQ(from_postgres(moods, "{1,NULL}", {{16'400, 23}}), Value(List{1, nullptr}));
  EXPECT_EQ(unknown_types({{"a", 23}, {"b", 16'400}, {"c", 16'400}, {"d", 16'390}}),
            (std::vector<uint32_t>{16'400, 16'390}));
}

TEST(PostgresTypesTest, WhatIsNoArrayStaysText) {
  for (const char* text : {"", "{", "{1", "{1,", "{1}}", "1}", "{\"a}", "[0:1]={1,2}", "{{1}",
                           "{{{{{{{1}}}}}}}", "{1\\"}) {
    EXPECT_EQ(cell(1007, text), Value(text)) << text;
  }
}

TEST(PostgresTypesTest, NumbersThatAreNoneGoBackByName) {
  EXPECT_EQ(to_postgres(std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(to_postgres(List{-std::numeric_limits<double>::infinity()}), R"({"-Infinity"})");
  EXPECT_EQ(to_postgres(nullptr), std::nullopt);
}

TEST(PostgresTypesTest, ValuesGoBack) {
  EXPECT_EQ(to_postgres_array(List{1, nullptr, "a \"b\"\\"}), R"({"1",NULL,"a \"b\"\\"})");
  EXPECT_EQ(to_postgres_array(List{Value(List{1}), Value(List{2})}), R"({{"1"},{"2"}})");
  EXPECT_EQ(to_postgres_array(List{base::Bytes{"\xff"}}), R"({"\\xff"})");
  EXPECT_EQ(to_postgres_bytes(std::string("\x00\xff", 2)), "\\x00ff");
  const List list = {"a,b", "{", "NULL", "", "\n"};
  EXPECT_EQ(cell(1009, to_postgres_array(list).c_str()), Value(list));
}

}  // namespace
}  // namespace peregrine::play
