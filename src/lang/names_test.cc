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

}  // namespace
}  // namespace peregrine::lang
