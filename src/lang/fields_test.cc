#include "lang/fields.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

using namespace std::chrono_literals;

Node scalar(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  return node;
}

std::vector<std::string> mistakes(const Diagnostics& diagnostics) {
  std::vector<std::string> messages;
  for (const Diagnostic& d : diagnostics.sorted()) messages.push_back(d.message);
  return messages;
}

TEST(DurationTest, ANumberAndItsUnit) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("0.5s"), 500ms);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(DurationTest, NothingElse) {
  for (const char* text : {"", "5", "s", "5 s", "-5s", "5sec", "5S", "1e3s", "infs", "nans", "5s ",
                           "1.5.5s", "1000000000000d", "0x5s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(FieldsTest, UnknownAndLaterKeysAreTold) {
  Node map;
  map.kind = Node::Kind::map;
  map.entries = {
      {scalar("get"), scalar("/")}, {scalar("expct"), scalar("")}, {scalar("stays"), scalar("1s")}};
  Diagnostics diagnostics;
  const Fields fields(map, "a step", diagnostics, {"get", "expect"}, {"stays"});
  EXPECT_EQ(mistakes(diagnostics),
            (std::vector<std::string>{"`stays` cannot be played by this version yet",
                                      "unknown key `expct` in a step"}));
  ASSERT_NE(fields["get"], nullptr);
  EXPECT_EQ(fields["get"]->text, "/");
  EXPECT_EQ(fields["expect"], nullptr);
  EXPECT_EQ(fields.required("expect", "write it"), nullptr);
  EXPECT_EQ(diagnostics.size(), 3U);
}

TEST(FieldsTest, WhatIsNoMapIsToldOnceAndHasNoKeys) {
  Diagnostics diagnostics;
  const Node text = scalar("x");
  const Fields fields(text, "a step", diagnostics, {"get"});
  EXPECT_EQ(fields["get"], nullptr);
  EXPECT_EQ(fields.required("get", ""), nullptr);
  EXPECT_EQ(mistakes(diagnostics), (std::vector<std::string>{"a step is a map, this is `x`"}));
}

TEST(FieldsTest, ReadersTellWhatIsWrong) {
  Diagnostics diagnostics;
  EXPECT_EQ(read_text(scalar("x"), "`step`", diagnostics), "x");
  EXPECT_EQ(read_duration(scalar("5s"), "`within`", diagnostics), 5s);
  EXPECT_TRUE(diagnostics.empty());
  EXPECT_EQ(read_text(Node(), "`step`", diagnostics), "");
  read_duration(scalar("0s"), "`within`", diagnostics);
  read_texts(scalar("smoke"), "`tags`", diagnostics);
  EXPECT_EQ(mistakes(diagnostics),
            (std::vector<std::string>{"`step` is text, this is nothing",
                                      "`tags` is a list, this is `smoke`",
                                      "`within` is a length of time, this is `0s`"}));
}

TEST(IdentifierTest, LettersDigitsAndUnderscores) {
  for (const char* text : {"a", "_", "a1", "Call_2"}) EXPECT_TRUE(is_identifier(text)) << text;
  for (const char* text : {"", "1a", "a-b", "a b", "é", "a."}) {
    EXPECT_FALSE(is_identifier(text)) << text;
  }
}

}  // namespace
}  // namespace peregrine::lang
