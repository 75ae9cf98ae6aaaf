#include "net/redis_value.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/json.h"

namespace peregrine::net {
namespace {

using base::Value;
using wire::resp::Kind;
using Reply = wire::resp::Value;

Reply of(Kind kind, std::string text) { return {.kind = kind, .text = std::move(text)}; }
Reply of(Kind kind, std::vector<Reply> elements) {
  return {.kind = kind, .elements = std::move(elements)};
}

TEST(RedisValue, ScalarsOfEveryKind) {
  EXPECT_EQ(to_value(of(Kind::simple_string, "OK")), Value("OK"));
  EXPECT_EQ(to_value(wire::resp::text("é")), Value("é"));
  EXPECT_EQ(to_value(wire::resp::text("\xff\x01")), Value(base::Bytes{"\xff\x01"}));
  EXPECT_EQ(to_value({.kind = Kind::verbatim, .text = "x", .format = "txt"}), Value("x"));
  EXPECT_EQ(to_value(wire::resp::integer(-7)), Value(-7));
  EXPECT_EQ(to_value({.kind = Kind::boolean, .integer = 1}), Value(true));
  EXPECT_TRUE(to_value({.kind = Kind::boolean}).is_bool());
  EXPECT_TRUE(to_value({.kind = Kind::null}).is_null());
  EXPECT_TRUE(to_value({.kind = Kind::null_array}).is_null());
}

TEST(RedisValue, NumbersLoseNoDigit) {
  EXPECT_EQ(to_value(of(Kind::number, "+1.5")).as_double(), 1.5);
  EXPECT_EQ(to_value(of(Kind::number, "10")).as_double(), 10);
  EXPECT_EQ(to_value(of(Kind::number, "-inf")).as_double(), -INFINITY);
  EXPECT_TRUE(std::isnan(to_value(of(Kind::number, "nan")).as_double()));
  EXPECT_EQ(to_value(of(Kind::number, "1e999")).as_decimal().to_string(), "1e+999");
  EXPECT_EQ(to_value(of(Kind::big_number, "3492890328409238509324850943850943825024385")),
            Value(*base::Decimal::parse("3492890328409238509324850943850943825024385")));
}

TEST(RedisValue, Aggregates) {
  const std::vector<Reply> pair{wire::resp::text("a"), wire::resp::integer(1)};
  for (const Kind kind : {Kind::array, Kind::set, Kind::push}) {
    EXPECT_EQ(base::to_json(to_value(of(kind, pair))), R"(["a",1])");
  }
  EXPECT_EQ(base::to_json(to_value(of(Kind::map, pair))), R"({"a":1})");
  EXPECT_EQ(base::to_json(to_value(of(Kind::map, {wire::resp::integer(1),
                                                  of(Kind::map, pair),
                                                  {.kind = Kind::boolean},
                                                  {.kind = Kind::null}}))),
            R"({"1":{"a":1},"false":null})");
  EXPECT_EQ(base::to_json(to_value(of(Kind::map, {of(Kind::array, pair), wire::resp::text("b")}))),
            R"([[["a",1],"b"]])");
  EXPECT_EQ(base::to_json(to_value(of(Kind::array, {wire::resp::error("ERR no")}))),
            R"([{"error":"ERR no"}])");
}

}  // namespace
}  // namespace peregrine::net
