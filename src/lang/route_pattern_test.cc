#include "lang/route_pattern.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace peregrine::lang {
namespace {

using Values = std::vector<std::string_view>;

RoutePattern pattern(std::string_view path) {
  Diagnostics diagnostics;
  RoutePattern read = RoutePattern::read(path, {}, diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << path;
  return read;
}

std::string mistake(std::string_view path) {
  Diagnostics diagnostics;
  RoutePattern::read(path, {}, diagnostics);
  return diagnostics.empty() ? "" : diagnostics.sorted().front().message;
}

TEST(RoutePatternTest, AParameterEndsWithItsSegment) {
  const RoutePattern confirm = pattern("/v1/intents/{id}/confirm");
  EXPECT_EQ(confirm.match("/v1/intents/pi_1/confirm"), Values{"pi_1"});
  for (const char* path : {"", "v1", "/v1/intents//confirm", "/v1/intents/a/b/confirm",
                           "/v1/intents/a/confirm/", "/v1/intents/a/confirm?x", "/v1/intents/a"}) {
    EXPECT_EQ(confirm.match(path), std::nullopt) << path;
  }
}

TEST(RoutePatternTest, ParametersInsideOfASegment) {
  EXPECT_EQ(pattern("/bot{token}/getMe").match("/bot12:ab/getMe"), Values{"12:ab"});
  EXPECT_EQ(pattern("/{name}.{type}").match("/a.b.c"), (Values{"a", "b.c"}));
  EXPECT_EQ(pattern("/{name}.json").match("/a.json.json"), Values{"a.json"});
  EXPECT_EQ(pattern("/{name}.json").match("/.json"), std::nullopt);
  EXPECT_EQ(pattern("/{a}-{b}-{c}!").match("/1-2-3-4!"), (Values{"1", "2", "3-4"}));
  EXPECT_EQ(pattern("/{a}-{b}").match("/-"), std::nullopt);
  EXPECT_EQ(pattern("/c/{id}/ads:search").match("/c/7/ads:search"), Values{"7"});
}

TEST(RoutePatternTest, TheEmptyPathAndItsSlash) {
  EXPECT_EQ(pattern("/").match("/"), Values{});
  EXPECT_EQ(pattern("/a/").match("/a/"), Values{});
  EXPECT_EQ(pattern("/a/").match("/a"), std::nullopt);
}

TEST(RoutePatternTest, ShapesAreEqualWhereOnlyNamesDiffer) {
  EXPECT_EQ(pattern("/a/{id}").shape(), pattern("/a/{name}").shape());
  EXPECT_NE(pattern("/a/{id}").shape(), pattern("/a/id").shape());
  EXPECT_EQ(pattern("/a/{id}/{n}").parameters(), (std::vector<std::string>{"id", "n"}));
}

TEST(RoutePatternTest, MistakesAreTold) {
  EXPECT_EQ(mistake("a"), "`a` is not a path");
  EXPECT_EQ(mistake("/a?b=c"), "a path ends before this");
  EXPECT_EQ(mistake("/{id"), "`{id` is no parameter of a path");
  EXPECT_EQ(mistake("/{}"), "`{}` is no parameter of a path");
  EXPECT_EQ(mistake("/{a}/{a}"), "the path has two parameters `a`");
  EXPECT_EQ(mistake("/{a}{b}"), "nothing tells where the parameter before this one ends");
  std::string long_path;
  for (int i = 0; i < 21; ++i) long_path += "/{p" + std::to_string(i) + "}";
  EXPECT_EQ(mistake(long_path), "a path has at most 20 parameters");
}

}  // namespace
}  // namespace peregrine::lang
