#include "lang/names.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

TEST(NamesTest, ANameKeepsItsSlot) {
  Names names;
  const Slot a = names.declare("a");
  const Slot b = names.declare("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(names.declare("a"), a);
  EXPECT_EQ(names.find("a"), a);
  EXPECT_EQ(names.find("c"), std::nullopt);
  EXPECT_EQ(names.size(), 2U);
}

TEST(NamesTest, WhatAStepSeesEndsWithIt) {
  Names names;
  const Slot journeys = names.declare("status");
  const Slot first = names.enter("status");
  EXPECT_EQ(names.find("status"), first);
  EXPECT_TRUE(names.ambiguous("status"));
  names.leave();
  EXPECT_EQ(names.find("status"), journeys);
  EXPECT_FALSE(names.ambiguous("status"));
  // The next step sees other values under the same name.
  EXPECT_NE(names.enter("status"), first);
  EXPECT_EQ(names.size(), 3U);
}

TEST(NamesTest, KnowsItsNames) {
  Names names;
  names.declare("b");
  names.declare("a");
  names.enter("json");
  EXPECT_EQ(names.known(), (std::vector<std::string_view>{"json", "a", "b"}));
}

TEST(NamesTest, ABlocksNamesAreGoneBehindIt) {
  Names names;
  const Slot outer = names.declare("outer");
  names.open_block();
  const Slot inner = names.declare("inner");
  EXPECT_EQ(names.find("outer"), outer);
  names.close_block();
  EXPECT_FALSE(names.find("inner"));
  EXPECT_NE(names.declare("next"), inner);  // a slot is not given twice
  names.adopt("inner", inner);
  EXPECT_EQ(names.find("inner"), inner);
}

TEST(NamesTest, ABlocksStreamsAreGoneBehindIt) {
  Names names;
  const Slot outer = names.open_stream("s");
  const Slot value = names.declare("s");  // a name of another kind
  EXPECT_NE(outer, value);
  names.open_block();
  EXPECT_EQ(names.open_stream("s"), outer);
  const Slot inner = names.open_stream("inner");
  EXPECT_EQ(names.find_stream("inner"), inner);
  names.close_block();
  EXPECT_EQ(names.find_stream("s"), outer);
  EXPECT_EQ(names.find_stream("inner"), std::nullopt);
  EXPECT_NE(names.open_stream("inner"), inner);
  EXPECT_EQ(names.narrowed({"s"}).find_stream("s"), std::nullopt);
}

TEST(NamesTest, APartSeesWhatItIsGiven) {
  Names names;
  const Slot env = names.declare("env");
  names.declare("secret");
  names.set_me(names.declare("anna"));
  Names part = names.narrowed({"env", "nothing"});
  EXPECT_EQ(part.find("env"), env);
  EXPECT_FALSE(part.find("secret"));
  EXPECT_EQ(part.find("me"), names.me());
  const Slot own = part.declare("own");
  names.count_on(part);
  EXPECT_GT(names.declare("later"), own);
}

TEST(NamesTest, NobodyIsMe) {
  Names names;
  EXPECT_FALSE(names.find("me"));
  names.set_me(names.declare("anna"));
  EXPECT_EQ(names.find("me"), names.find("anna"));
  names.set_me(std::nullopt);
  EXPECT_FALSE(names.find("me"));
}

}  // namespace
}  // namespace peregrine::lang
