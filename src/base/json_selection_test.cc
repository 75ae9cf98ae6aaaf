#include "base/json_selection.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::base {
namespace {

using Path = std::vector<std::string>;

JsonSelection selecting(const std::vector<Path>& paths) {
  JsonSelection selection;
  for (const Path& path : paths) selection.add(path);
  return selection;
}

std::string selected(std::string_view text, const std::vector<Path>& paths) {
  const Result<Value> value = parse_json(text, selecting(paths));
  return value ? to_json(*value) : value.error().to_string();
}

constexpr std::string_view kOrder =
    R"({"id":7,"buyer":{"name":"Anna","tags":["a",{"b":1}],"na\u006de2":null},"sum":1.50,"x":[]})";

TEST(JsonSelection, MakesOnlyWhatIsRead) {
  EXPECT_EQ(selected(kOrder, {{"id"}}), R"({"id":7})");
  EXPECT_EQ(selected(kOrder, {{"buyer", "name"}, {"x"}}), R"({"buyer":{"name":"Anna"},"x":[]})");
  EXPECT_EQ(selected(kOrder, {{"buyer", "name"}, {"buyer"}}),
            R"({"buyer":{"name":"Anna","tags":["a",{"b":1}],"name2":null}})");
  EXPECT_EQ(selected(kOrder, {{"buyer", "name2"}, {"none"}}), R"({"buyer":{"name2":null}})");
  EXPECT_EQ(selected(kOrder, {}), "{}");
  EXPECT_EQ(selected(kOrder, {{}}), to_json(*parse_json(kOrder)));
}

TEST(JsonSelection, MakesWhatIsNoMapAsAWhole) {
  EXPECT_EQ(selected(R"([{"a":1}])", {{"a"}}), R"([{"a":1}])");
  EXPECT_EQ(selected(R"({"a":[{"b":1,"c":2}],"d":"x"})", {{"a", "b"}, {"d", "e"}}),
            R"({"a":[{"b":1,"c":2}],"d":"x"})");
}

TEST(JsonSelection, TakesAllOnceAllIsAsked) {
  JsonSelection selection = selecting({{"a", "b"}, {"a"}, {"a", "c"}});
  EXPECT_TRUE(selection.find("a")->all);
  EXPECT_TRUE(selection.find("a")->find("b")->all);
  EXPECT_EQ(selection.find("c"), nullptr);
  selection.member("c").member("d").add_all();
  EXPECT_TRUE(selection.find("c")->find("d")->all);
}

// What is left out is held to the same rules, with the same words.
TEST(JsonSelection, FindsTheMistakesOfWhatIsNotRead) {
  const std::string deep = "{\"a\":" + std::string(200, '[') + std::string(200, ']') + "}";
  std::string many = "{\"b\":{";
  for (int i = 0; i < 40; ++i) many += "\"k" + std::to_string(i % 39) + "\":1,";
  many += "\"z\":2}}";
  for (const std::string& text :
       {std::string(R"({"a":1,"a":2})"), std::string(R"({"b":{"a":1,"\u0061":2}})"),
        std::string(R"({"b":{"a":[1,}})"), std::string(R"({"b":"\x"})"), std::string(R"({"b":01})"),
        std::string(R"({"b":1e99999999999999999999})"), std::string(R"({"b":tru})"),
        std::string(R"({"b":[1 2]})"), std::string(R"({"b":{"c" 1}})"),
        std::string(R"({"b":{1:1}})"), std::string("{\"b\":\"\xff\"}"), std::string(R"({"b":[)"),
        std::string(R"({"b":{)"), std::string(R"({} x)"), std::string(""), deep, many}) {
    const Result<Value> whole = parse_json(text);
    ASSERT_FALSE(whole) << text;
    EXPECT_EQ(selected(text, {{"id"}}), whole.error().to_string()) << text;
  }
}

TEST(JsonSelection, PassesOverWhatIsAsDeepAsAllowed) {
  const std::string deep =
      std::string(kMaxJsonDepth - 1, '[') + std::string(kMaxJsonDepth - 1, ']');
  EXPECT_EQ(selected("{\"a\":" + deep + ",\"b\":1}", {{"b"}}), R"({"b":1})");
}

TEST(JsonSelection, AllowsAKeyAgainInAnotherMap) {
  EXPECT_EQ(selected(R"({"a":{"k":1},"b":{"k":2,"c":{"k":3}},"k":4})", {{"k"}}), R"({"k":4})");
}

}  // namespace
}  // namespace peregrine::base
