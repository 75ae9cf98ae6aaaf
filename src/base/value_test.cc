#include "base/value.h"

#include <gtest/gtest.h>

#include <limits>

namespace peregrine::base {
namespace {

using namespace std::chrono_literals;

Decimal decimal(std::string_view text) { return *Decimal::parse(text); }

TEST(Value, KnowsItsKind) {
  const char* text = "x";
  EXPECT_EQ(Value(text).kind(), Kind::text);
  EXPECT_EQ(Value(std::string("x")).kind(), Kind::text);
  EXPECT_EQ(Value(true).kind(), Kind::boolean);
  EXPECT_EQ(Value(0).kind(), Kind::int64);
  EXPECT_EQ(Value(size_t{0}).kind(), Kind::uint64);
  EXPECT_EQ(Value(uint8_t{7}).as_uint(), 7U);
  EXPECT_EQ(Value(1.5F).kind(), Kind::real);
  EXPECT_EQ(Value(nullptr).kind(), Kind::null);
  EXPECT_EQ(Value(Bytes{"x"}).kind(), Kind::bytes);
  EXPECT_EQ(Value(decimal("1")).kind(), Kind::decimal);
  EXPECT_EQ(Value(List{1, "a"}).kind(), Kind::list);
  EXPECT_EQ(Value(Map{{"a", "b"}}).kind(), Kind::map);
  EXPECT_EQ(Value(WallTime(1s)).kind(), Kind::timestamp);
  EXPECT_EQ(Value(1s).kind(), Kind::duration);
  EXPECT_EQ(name(Kind::timestamp), "instant");
  static_assert(!std::is_constructible_v<Value, void*>);
  static_assert(!std::is_constructible_v<Value, char>);
}

TEST(Value, ACopySharesItsList) {
  const Value list = List{1, 2};
  const Value copy = list;
  EXPECT_EQ(&list.as_list(), &copy.as_list());
}

TEST(Value, NumbersAreEqualAcrossKinds) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_EQ(Value(1), Value(1U));
  EXPECT_EQ(Value(decimal("1.00")), Value(1));
  EXPECT_EQ(Value(1.0), Value(decimal("1.00")));
  EXPECT_EQ(Value(0.1), Value(decimal("0.10")));
  EXPECT_EQ(Value(0.1), Value(Decimal::exact(0.1)));
  EXPECT_EQ(Value(-0.0), Value(0));
  EXPECT_NE(Value(-1), Value(UINT64_MAX));
  EXPECT_NE(Value(INT64_MAX), Value(9223372036854775808.0));
  EXPECT_NE(Value(9007199254740993), Value(9007199254740992.0));
  EXPECT_NE(Value(0.1), Value(decimal("0.1000000000000000001")));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value(1), Value("1"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NE(Value(nan), Value(nan));
  EXPECT_NE(Value(nan), Value(1));
  EXPECT_NE(Value(nan), Value(decimal("0.5")));
  EXPECT_NE(Value(std::numeric_limits<double>::infinity()), Value(decimal("1e400")));
}

TEST(Value, EqualityIsDeep) {
  EXPECT_EQ(Value(Map({{"a", List{1, Map{{"b", nullptr}}}}})),
            Value(Map({{"a", List{1.0, Map{{"b", nullptr}}}}})));
  EXPECT_EQ(Value(Map{{"a", 1}, {"b", 2}}), Value(Map{{"b", 2}, {"a", 1}}));
  EXPECT_NE(Value(Map{{"a", 1}}), Value(Map{{"a", 1}, {"b", nullptr}}));
  EXPECT_NE(Value(List{1, 2}), Value(List{2, 1}));
  EXPECT_NE(Value("x"), Value(Bytes{"x"}));
}

TEST(Value, Compares) {
  EXPECT_EQ(compare(Value(-1), Value(UINT64_MAX)), std::partial_ordering::less);
  EXPECT_EQ(compare(Value(2), Value(1.5)), std::partial_ordering::greater);
  EXPECT_EQ(compare(Value(decimal("1e400")), Value(std::numeric_limits<double>::infinity())),
            std::partial_ordering::less);
  EXPECT_EQ(compare(Value("a"), Value("b")), std::partial_ordering::less);
  EXPECT_EQ(compare(Value(1s), Value(2s)), std::partial_ordering::less);
  EXPECT_EQ(compare(Value(1), Value("1")), std::partial_ordering::unordered);
}

TEST(Value, AMapKeepsOrderAndFinds) {
  MapBuilder builder;
  for (int i = 0; i < 100; ++i) builder.set("k" + std::to_string(i * 37 % 100), i);
  builder.set("k0", "again");
  const Map map = builder.build();
  ASSERT_EQ(map.size(), 100U);
  EXPECT_EQ(map.begin()->first, "k0");
  EXPECT_EQ(*map.find("k0"), Value("again"));
  EXPECT_EQ(*map.find("k37"), Value(1));
  EXPECT_EQ(map.find("k100"), nullptr);
  EXPECT_EQ(Value(map).find("none"), nullptr);
  EXPECT_EQ(Value(7).find("none"), nullptr);
  EXPECT_EQ(Map({{"a", 1}, {"b", 2}, {"a", 3}}), Map({{"a", 3}, {"b", 2}}));
}

TEST(Value, OfAKeyGivenTwiceTheLastCounts) {
  MapBuilder builder;
  for (int i = 0; i < 300; ++i) builder.set("k" + std::to_string(i % 60), i);
  const Map map = builder.build();
  ASSERT_EQ(map.size(), 60U);
  int next = 0;
  for (const auto& [key, value] : map) {
    EXPECT_EQ(key, "k" + std::to_string(next));
    EXPECT_EQ(value, Value(240 + next));
    ++next;
  }
}

TEST(ValueDeathTest, AWrongKindIsABug) {
  EXPECT_DEATH((void)Value("x").as_int(), "another kind than this text");
}

}  // namespace
}  // namespace peregrine::base
