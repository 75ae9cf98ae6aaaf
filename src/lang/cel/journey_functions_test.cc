#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

#include "lang/expression.h"

namespace peregrine::lang {
namespace {

using base::List;
using base::Value;

// Calls a function with a generator of its own seed.
base::Result<Value> call(std::string_view name, const List& arguments, uint64_t seed = 1) {
  Names names;
  std::string text;
  for (size_t i = 0; i < arguments.size(); ++i) {
    names.declare(fmt::format("a{}", i));
    text += fmt::format("{}a{}", text.empty() ? "" : ", ", i);
  }
  Node scalar;
  scalar.kind = Node::Kind::scalar;
  scalar.text = fmt::format("{}({})", name, text);
  scalar.at = {std::make_shared<const Source>("x.yaml", scalar.text), 1, 1, 1};
  Diagnostics diagnostics;
  const auto expression = compile_expression(scalar.text, scalar, 0, names, diagnostics);
  if (!expression) return base::fail(base::Code::invalid, "it was not compiled");
  base::Random random(seed);
  return expression->evaluate({.slots = arguments,
                               .random = &random,
                               .now = base::WallTime{} + std::chrono::milliseconds(1234)});
}

TEST(FunctionsTest, TheSameSeedGivesTheSame) {
  for (std::string_view name : {"uuid", "name", "email", "phone"}) {
    EXPECT_EQ(*call(name, {}), *call(name, {})) << name;
    std::set<std::string> different;
    for (uint64_t seed = 0; seed < 20; ++seed) different.insert(call(name, {}, seed)->as_text());
    EXPECT_GT(different.size(), 5U) << name;
  }
  EXPECT_EQ(*call("text", {12}), *call("text", {12}));
  EXPECT_NE(*call("text", {12}, 1), *call("text", {12}, 2));
}

// Journeys that were approved with a seed would change with these.
TEST(FunctionsTest, ASeedGivesTheSameInEveryVersion) {
  EXPECT_EQ(*call("text", {8}), Value("nk69l8ov"));
  EXPECT_EQ(*call("digits", {8}), Value("72031269"));
  EXPECT_EQ(*call("name", {}), Value("Ben Weber"));
}

TEST(FunctionsTest, TextAndDigitsHaveTheirLength) {
  EXPECT_EQ(call("text", {0})->as_text(), "");
  EXPECT_EQ(call("text", {65'536})->as_text().size(), 65'536U);
  EXPECT_EQ(call("digits", {3})->as_text().find_first_not_of("0123456789"), std::string::npos);
  for (const Value& bad : {Value(-1), Value(65'537), Value("8"), Value(1.5), Value()}) {
    EXPECT_FALSE(call("text", {bad}));
    EXPECT_FALSE(call("digits", {bad}));
  }
}

TEST(FunctionsTest, UuidIsOfVersionFour) {
  const std::string uuid = call("uuid", {})->as_text();
  ASSERT_EQ(uuid.size(), 36U);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

TEST(FunctionsTest, IntKeepsWithinItsBounds) {
  std::set<int64_t> seen;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const int64_t number = call("int", {-1, 1}, seed)->as_int();
    EXPECT_TRUE(number >= -1 && number <= 1);
    seen.insert(number);
  }
  EXPECT_EQ(seen.size(), 3U);
  EXPECT_EQ(*call("int", {5, 5}), Value(5));
  EXPECT_TRUE(call("int", {INT64_MIN, INT64_MAX}));
  EXPECT_FALSE(call("int", {2, 1}));
  EXPECT_FALSE(call("int", {"1", 2}));
}

TEST(FunctionsTest, PickTakesOneOfAList) {
  EXPECT_EQ(*call("pick", {Value(List{"only"})}), Value("only"));
  EXPECT_FALSE(call("pick", {Value(List{})}));
  EXPECT_FALSE(call("pick", {"text"}));
}

// RFC 4231, test case 2.
TEST(FunctionsTest, HmacIsThatOfItsRfc) {
  const List arguments = {"sha256", "Jefe", "what do ya want for nothing?"};
  EXPECT_EQ(*call("hmac", arguments),
            Value("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
  EXPECT_EQ(call("hmac", {"sha1", "k", "x"})->as_text().size(), 40U);
  EXPECT_EQ(call("hmac", {"sha512", "k", "x"})->as_text().size(), 128U);
  EXPECT_FALSE(call("hmac", {"md5", "k", "x"}));
}

TEST(FunctionsTest, TheRest) {
  EXPECT_EQ(*call("base64", {"Peregrine"}), Value("UGVyZWdyaW5l"));
  EXPECT_EQ(*call("to_json", {Value(List{1, "a"})}), Value(R"([1,"a"])"));
  EXPECT_EQ(*call("unix_ms", {}), Value(1234));
  EXPECT_TRUE(call("phone", {"DE"}));
  EXPECT_FALSE(call("phone", {"FR"}));
}

}  // namespace
}  // namespace peregrine::lang
