#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace peregrine::base {
namespace {

using namespace std::chrono_literals;

Value parsed(std::string_view text) {
  Result<Value> value = parse_json(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().to_string());
  return value ? *value : Value("no JSON");
}

std::string mistake(std::string_view text) {
  Result<Value> value = parse_json(text);
  EXPECT_FALSE(value) << text << " was read as " << (value ? to_json(*value) : "");
  return value ? "" : value.error().to_string();
}

TEST(Json, ReadsEveryKind) {
  const Value value =
      parsed(R"( {"a": [null, true, -1, 18446744073709551615, 0.5, "x"], "b": {}} )");
  EXPECT_EQ(value, Value(Map{{"a", List{nullptr, true, -1, UINT64_MAX, 0.5, "x"}}, {"b", Map{}}}));
  EXPECT_EQ(parsed("7"), Value(7));
  EXPECT_EQ(parsed(" null "), Value());
  EXPECT_EQ(parsed(R"("\u00e9\ud83d\ude00\n")"), Value("é😀\n"));
}

TEST(Json, KeepsTheOrderOfKeys) {
  EXPECT_EQ(to_json(parsed(R"({"z":1,"a":2,"m":{"y":3,"b":4}})")),
            R"({"z":1,"a":2,"m":{"y":3,"b":4}})");
}

TEST(Json, LosesNoDigit) {
  EXPECT_EQ(parsed("0.1").kind(), Kind::real);
  EXPECT_EQ(parsed("1e3").kind(), Kind::real);
  EXPECT_EQ(parsed("9007199254740993.5").kind(), Kind::decimal);
  EXPECT_EQ(parsed("0.1000000000000000055511151231257827").kind(), Kind::decimal);
  for (std::string_view text : {"12345678901234567890123", "9007199254740993.5", "1e+400", "-0.1",
                                "-9223372036854775808", "9223372036854775808", "5e-324"})
    EXPECT_EQ(to_json(parsed(text)), text);
}

// Read as a decimal, and from its exponent as a double.
TEST(Json, WritesALongIntegerAsTheDoubleThatItIs) {
  const std::string once = to_json(parsed("1" + std::string(119, '0')));
  EXPECT_EQ(once, "1e+119");
  EXPECT_EQ(to_json(parsed(once)), once);
}

TEST(Json, WritesDoublesShortly) {
  EXPECT_EQ(to_json(1e6), "1000000");
  EXPECT_EQ(to_json(1.0), "1");
  EXPECT_EQ(to_json(0.000001), "0.000001");
  EXPECT_EQ(to_json(1.5e-7), "1.5e-07");
  EXPECT_EQ(to_json(-9007199254740991.0), "-9007199254740991");
  // Its own digits are 123456789012345683968, which is another decimal.
  EXPECT_EQ(to_json(1.2345678901234568e20), "1.2345678901234568e+20");
  EXPECT_EQ(to_json(-0.0), "-0.0");
  EXPECT_EQ(to_json(parsed("-0")), "0");
  for (double number : {1e21, 4503599627370495.5, 9007199254740992.0, 18446744073709551615.0, 0.1,
                        5e-324, 1.7976931348623157e308}) {
    EXPECT_EQ(parsed(to_json(number)), Value(number));
  }
}

TEST(Json, RefusesWhatIsNoJson) {
  for (std::string_view text :
       {"",           " ",          "{",     "[",     "]",       "[1,]",
        "{\"a\":1,}", "{\"a\" 1}",  "{a:1}", "[1 2]", "1 2",     "1]",
        "[1],[2",     "1],[2",      "nul",   "nulx",  "tru",     "01",
        "-",          "1.",         ".5",    "+1",    "1e",      "0x10",
        "1a",         "NaN",        "'a'",   "\"a",   "\"\\x\"", "\"\xff\"",
        "\"\t\"",     "{\"a\":1}}", "[1]x",  "{1:2}", "[,1]",    "\xef\xbb\xbf{}"})
    EXPECT_NE(mistake(text), "");
}

TEST(Json, RefusesHalfOfASurrogatePair) {
  for (std::string_view text : {R"("\ud83d")", R"("\ude00\ud83d")", R"({"\ude00": 1})"})
    EXPECT_NE(mistake(text), "");
}

TEST(Json, SaysWhatIsWrong) {
  EXPECT_EQ(mistake(R"({"a":1,"b":2,"a":3})").substr(0, 4), "near");
  EXPECT_NE(mistake(R"({"a":1,"b":2,"a":3})").find("the key \"a\" is given twice"),
            std::string::npos);
  EXPECT_EQ(mistake(""), "it is empty");
  EXPECT_EQ(mistake("{} {}"), "near byte 3: something follows its end");
  EXPECT_EQ(mistake("1],[2"), "near byte 1: something follows its end");
  EXPECT_EQ(mistake(R"({"id": 1, "name":)"), "near byte 17: it ends where a value should be");
  EXPECT_EQ(mistake(R"({"id": 1 "name": 2})"), "near byte 9: \" where `,` or `}` should be");
  EXPECT_EQ(mistake("[1,]"), "near byte 3: ] where a value should be");
  EXPECT_EQ(mistake("{a: 1}"), "near byte 1: a where a key in quotes should be");
  EXPECT_EQ(mistake("\"a\tb\""),
            "near byte 2: a control character in a text; it is written \\u0009");
  EXPECT_EQ(mistake("\"\xe9\""), "near byte 1: a byte that is not UTF-8");
}

TEST(Json, BoundsTheDepth) {
  auto nested = [](size_t depth, std::string_view inside) {
    return std::string(depth, '[') + std::string(inside) + std::string(depth, ']');
  };
  for (const char* inside : {"", "1", "{}"}) {
    const size_t most = kMaxJsonDepth - (inside == std::string_view("{}") ? 1 : 0);
    parsed(nested(most, inside));
    EXPECT_EQ(mistake(nested(most + 1, inside)),
              fmt::format("near byte {}: nested more than 200 deep", kMaxJsonDepth));
  }
  mistake(std::string(1'000'000, '['));
}

TEST(Json, BoundsTheValues) {
  auto many = [](size_t count) {
    std::string text = "[1";
    for (size_t i = 1; i < count; ++i) text += ",1";
    return text + "]";
  };
  EXPECT_EQ(parsed(many(1'999'999)).as_list().size(), 1'999'999U);
  EXPECT_NE(mistake(many(2'000'000)).find("more than 2000000 values"), std::string::npos);
}

TEST(Json, WritesWhatJsonHasNoFormFor) {
  EXPECT_EQ(to_json(WallTime(1749456000s)), R"("2025-06-09T08:00:00Z")");
  EXPECT_EQ(to_json(Duration(1500ms)), R"("1.5s")");
  EXPECT_EQ(to_json(Bytes{"foobar"}), R"("Zm9vYmFy")");
  EXPECT_EQ(to_json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(to_json("a\xff"
                    "b\xe2\x82"),
            "\"a\uFFFDb\uFFFD\uFFFD\"");
  EXPECT_EQ(to_json("\"\\\n\x01"), R"("\"\\\n\u0001")");
  EXPECT_EQ(to_json(*Decimal::parse("89.10")), "89.1");
}

TEST(Json, WritesPrettily) {
  EXPECT_EQ(to_json_pretty(Map{{"a", List{1, Map{}}}, {"b", List{}}}),
            "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}");
}

}  // namespace
}  // namespace peregrine::base
