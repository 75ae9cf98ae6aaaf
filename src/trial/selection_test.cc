#include "trial/selection.h"

#include <gtest/gtest.h>

namespace peregrine::trial {
namespace {

std::vector<lang::Plan> journeys() {
  std::vector<lang::Plan> plans(4);
  plans[0].name = "Anna books a table";
  plans[0].tags = {"smoke", "web"};
  plans[0].covers = {"BK-1", "BK-2"};
  plans[1].name = "Ben cancels";
  plans[1].tags = {"slow"};
  plans[1].covers = {"BK-2"};
  plans[2].name = "The tables are counted";
  plans[2].tags = {"slow", "smoke"};
  plans[3].name = "Nobody comes";
  return plans;
}

// The first letters of what is selected, or the message.
std::string selected(const Selection& selection) {
  const auto plans = select(journeys(), selection);
  if (!plans) return plans.error().text;
  std::string letters;
  for (const lang::Plan& plan : *plans) letters += plan.name[0];
  return letters;
}

TEST(Selection, NothingAskedForIsEverything) { EXPECT_EQ(selected({}), "ABTN"); }

TEST(Selection, ByName) {
  EXPECT_EQ(selected({.only = "TABLE"}), "AT");
  EXPECT_EQ(selected({.only = "ben cancels"}), "B");
}

TEST(Selection, ByTag) {
  EXPECT_EQ(selected({.tags = {"slow"}}), "BT");
  EXPECT_EQ(selected({.tags = {"slow", "web"}}), "ABT");
  EXPECT_EQ(selected({.tags = {"!slow"}}), "AN");
  EXPECT_EQ(selected({.tags = {"!slow", "!web"}}), "N");
  EXPECT_EQ(selected({.tags = {"smoke", "!slow"}}), "A");
  EXPECT_EQ(selected({.tags = {"!nightly"}}), "ABTN");
}

TEST(Selection, ByWhatItCovers) {
  EXPECT_EQ(selected({.covers = {"BK-2"}}), "AB");
  EXPECT_EQ(selected({.covers = {"BK-1", "BK-2"}}), "AB");
}

TEST(Selection, EveryPartHasToFit) {
  EXPECT_EQ(selected({.only = "table", .tags = {"slow"}}), "T");
  EXPECT_EQ(selected({.only = "a", .tags = {"!web"}, .covers = {"BK-2"}}), "B");
}

TEST(Selection, UnknownWordsAreToldWithWhatThereIs) {
  EXPECT_EQ(selected({.tags = {"smok"}}),
            "no journey has the tag `smok`; did you mean `smoke`?\n"
            "to choose from: slow (2), smoke (2), web (1)");
  EXPECT_EQ(selected({.tags = {"smoke", "night"}}),
            "no journey has the tag `night`\nto choose from: slow (2), smoke (2), web (1)");
  EXPECT_EQ(selected({.covers = {"BK-3x"}}),
            "no journey covers `BK-3x`; did you mean `BK-1`?\n"
            "to choose from: BK-1 (1), BK-2 (2)");
  EXPECT_EQ(selected({.only = "cancel s"}),
            "no journey's name contains `cancel s`; did you mean `cancels`?\n"
            "to choose from:\n  Anna books a table\n  Ben cancels\n  The tables are counted\n"
            "  Nobody comes");
  EXPECT_EQ(select({}, {.tags = {"a"}}).error().text,
            "no journey has the tag `a`; none is named in any of them");
}

TEST(Selection, PartsThatLeaveNothingTogetherAreCounted) {
  EXPECT_EQ(selected({.only = "nobody", .tags = {"slow", "!web", "!x"}}),
            "no journey is left by all of this together:\n"
            "  --only nobody: 1 of 4\n"
            "  --tag slow: 2 of 4\n"
            "  --tag !web --tag !x: 3 of 4");
}

TEST(Selection, WhatThereIsIsBounded) {
  std::vector<lang::Plan> many(100);
  for (size_t i = 0; i < many.size(); ++i) many[i].tags = {"t" + std::to_string(i)};
  const std::string text = select(std::move(many), {.tags = {"none of these"}}).error().text;
  EXPECT_TRUE(text.ends_with("t25 (1), t26 (1) … (100 in all)")) << text;
}

}  // namespace
}  // namespace peregrine::trial
