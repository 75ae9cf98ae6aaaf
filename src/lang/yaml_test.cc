#include "lang/yaml.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "lang/place_within.h"

namespace peregrine::lang {
namespace {

using base::Value;

struct Read {
  std::optional<Node> root;
  std::vector<Diagnostic> mistakes;
};

Read read(std::string text) {
  Diagnostics diagnostics;
  auto root = read_yaml(std::make_shared<const Source>("x.yaml", std::move(text)), diagnostics);
  return {std::move(root), diagnostics.sorted()};
}

// The value of the key `a` of a map.
Value value_of(const std::string& yaml) {
  const Read file = read("a: " + yaml + "\n");
  EXPECT_TRUE(file.mistakes.empty()) << render(file.mistakes.front());
  const Node* node = file.root ? file.root->find("a") : nullptr;
  return node ? scalar_value(*node) : Value("nothing was read");
}

std::string first_mistake(const std::string& text) {
  const Read file = read(text);
  if (file.mistakes.empty()) return "";
  const Diagnostic& first = file.mistakes.front();
  return fmt::format("{}:{} {}", first.at.line, first.at.column, first.message);
}

TEST(YamlTest, OnlySomeScalarsAreNotText) {
  EXPECT_EQ(value_of("12"), Value(12));
  EXPECT_EQ(value_of("-12"), Value(-12));
  EXPECT_EQ(value_of("0"), Value(0));
  EXPECT_EQ(value_of("0.50"), Value(*base::Decimal::parse("0.5")));
  EXPECT_EQ(value_of("9223372036854775808").kind(), base::Kind::decimal);
  EXPECT_EQ(value_of("true"), Value(true));
  EXPECT_EQ(value_of("false"), Value(false));
  EXPECT_EQ(value_of("null"), Value());
  EXPECT_EQ(value_of(""), Value());
  for (const char* text : {"no", "on", "yes", "True", "0123", "+4930", "10:30", "2025-06-09", "1e3",
                           "1.", ".5", "1.2.3", "0x10", "nan", "-x", "1_000"}) {
    EXPECT_EQ(value_of(text), Value(text)) << text;
  }
}

TEST(YamlTest, QuotedScalarsAreText) {
  EXPECT_EQ(value_of("\"12\""), Value("12"));
  EXPECT_EQ(value_of("'null'"), Value("null"));
  EXPECT_EQ(value_of("\"\""), Value(""));
  EXPECT_EQ(value_of(R"("\u00e9\n")"), Value("é\n"));
  EXPECT_EQ(value_of("|\n  12\n"), Value("12\n"));
  EXPECT_EQ(value_of(">\n  a\n  b\n"), Value("a b\n"));
}

TEST(YamlTest, KeepsTheOrderAndThePlacesOfEntries) {
  const Read file = read("b: 1\na: [x, { c: 2 }]\n");
  ASSERT_TRUE(file.root);
  EXPECT_EQ(file.root->keys(), (std::vector<std::string_view>{"b", "a"}));
  const Node& inner = file.root->find("a")->items.at(1);
  EXPECT_EQ(inner.at.line, 2);
  EXPECT_EQ(inner.at.column, 8);
  EXPECT_EQ(inner.entries.at(0).key.at.column, 10);
  EXPECT_EQ(file.root->find("z"), nullptr);
}

TEST(YamlTest, NothingStandsRightBehindItsKey) {
  const Read file = read("a:\nb:\n  - \n  - 1\n");
  ASSERT_TRUE(file.root);
  EXPECT_EQ(file.root->find("a")->at.line, 1);
  EXPECT_EQ(file.root->find("a")->at.column, 2);
  EXPECT_EQ(file.root->find("b")->items.at(0).at.line, 3);
}

TEST(YamlTest, AnAliasIsACopy) {
  const Read file = read("a: &x { b: 1 }\nc: *x\n");
  ASSERT_TRUE(file.root);
  EXPECT_EQ(scalar_value(*file.root->find("c")->find("b")), Value(1));
}

TEST(YamlTest, MistakesHaveTheirPlace) {
  EXPECT_EQ(first_mistake("a: 1\nb: 2\na: 3\n"), "3:1 the key `a` stands here twice");
  EXPECT_EQ(first_mistake("a: { b: 1, b: 2 }\n"), "1:12 the key `b` stands here twice");
  EXPECT_EQ(first_mistake("<<: { b: 1 }\n"), "1:1 merge keys (`<<`) are not read");
  EXPECT_EQ(first_mistake("a: ~\n"), "1:4 YAML takes `~` for null");
  EXPECT_EQ(first_mistake("a: é\x01\n"), "1:6 a control character (0x01)");
  EXPECT_EQ(first_mistake("a: \xff\n"), "1:4 this is not UTF-8 (byte 0xff)");
  EXPECT_EQ(first_mistake("a: 1\n---\nb: 2\n"), "3:1 a second YAML document begins here");
  EXPECT_EQ(first_mistake(""), "0:0 the file is empty");
  EXPECT_EQ(first_mistake("\"${a}\": 1\n"), "1:1 `${a}` stands in a key");
  EXPECT_EQ(first_mistake("a: [1, [2, 3]\n"), "1:4 nothing closes this `[`");
}

TEST(YamlTest, AFileIsBounded) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += '[';
  EXPECT_NE(first_mistake("a: " + deep), "");
  std::string wide = "a: [";
  for (int i = 0; i < 100'001; ++i) wide += "1,";
  EXPECT_NE(first_mistake(wide + "]").find("more than 100000 values"), std::string::npos);
  std::string copies = "a: &a \"" + std::string(1'000'000, 'x') + "\"\n";
  for (int i = 0; i < 20; ++i) copies += fmt::format("b{}: *a\n", i);
  EXPECT_NE(first_mistake(copies).find("more than 16 MiB of text"), std::string::npos);
}

// The text at the place of `word` within the scalar `a`, as the file has it.
std::string found_at(const std::string& yaml, const std::string& word) {
  const Read file = read("k: v\na: " + yaml + "\nz: 1\n");
  const Node* node = file.root ? file.root->find("a") : nullptr;
  if (!node) return "not read";
  const size_t offset = node->text.find(word);
  if (offset == std::string::npos) return "not in the text";
  const Place place = place_within(*node, offset, word.size());
  const std::string_view text = place.source->text();
  return std::string(text.substr(place.source->offset(place.line, place.column), word.size()));
}

TEST(PlaceWithinTest, FindsAWordInEveryKindOfScalar) {
  for (const char* yaml : {
           "one two",
           "žluť two",
           "'it''s two'",
           R"("tab\ttwo")",
           R"("\u00e9\x41\U0001f99c two")",
           "\"one \\\n     two\"",
           "one\n  two",
           "\"one\n\n\n  two\"",
           "|\n  one\n    two\n",
           ">\n  one\n\n  two\n",
           ">-\n   one\n      two\n",
           "|2\n    one\n   two\n",
           "one   \t  two",
           "&anchor one two\nb: *anchor",
           "&anchor \"one two\"\nb: *anchor",
       }) {
    EXPECT_EQ(found_at(yaml, "two"), "two") << yaml;
  }
}

TEST(PlaceWithinTest, TheEndOfATextIsBehindIt) {
  const Read file = read("a: one\n");
  const Place end = place_within(*file.root->find("a"), 3);
  EXPECT_EQ(end.line, 1);
  EXPECT_EQ(end.column, 7);
}

TEST(PlaceWithinTest, ALongTextIsWalkedOnce) {
  std::string blanks(1'000'000, ' ');
  EXPECT_EQ(found_at("\"one" + blanks + "two\"", "two"), "two");
}

}  // namespace
}  // namespace peregrine::lang
