#include "trial/race/contenders.h"

#include <gtest/gtest.h>

#include <memory>

namespace peregrine::trial {
namespace {

using Names = std::vector<std::string>;

lang::Step step_of(std::string sentence) {
  lang::Step step;
  step.sentence = std::move(sentence);
  return step;
}

lang::Plan of_branches(const Names& sentences, int64_t times = 1) {
  lang::TogetherAction together;
  together.times = times;
  for (const std::string& sentence : sentences) {
    lang::TogetherAction::Branch& branch = together.branches.emplace_back();
    branch.steps.push_back(step_of(sentence));
    branch.steps.push_back(step_of("and more"));
  }
  lang::Plan plan;
  plan.steps.push_back(step_of("before"));
  plan.steps.push_back(step_of("together"));
  plan.steps.back().action = std::move(together);
  plan.race = lang::RaceSpec{.contenders = 0, .together = 1};
  return plan;
}

TEST(Contenders, OfOneJourneyAreNumbers) {
  lang::Plan plan;
  EXPECT_EQ(contenders_of(plan), Names{});
  plan.race = lang::RaceSpec{.contenders = 3};
  EXPECT_EQ(contenders_of(plan), (Names{"1", "2", "3"}));
  EXPECT_TRUE(are_alike(plan));
  plan.race->alike = false;
  EXPECT_FALSE(are_alike(plan));
}

TEST(Contenders, OfBranchesAreTheirFirstSentences) {
  const lang::Plan unlike = of_branches({"A guest pays", "clock +20m", "A guest pays"});
  EXPECT_EQ(contenders_of(unlike), (Names{"A guest pays", "clock +20m", "A guest pays (2)"}));
  EXPECT_FALSE(are_alike(unlike));
  const lang::Plan alike = of_branches({"A guest pays"}, 2);
  EXPECT_EQ(contenders_of(alike), (Names{"1", "2"}));
  EXPECT_TRUE(are_alike(alike));
}

TEST(Contenders, OfSeveralJourneysAreTheirNames) {
  const auto other = std::make_shared<lang::Plan>();
  other->name = "A guest cancels";
  lang::Plan plan;
  plan.name = "A guest pays";
  plan.race = lang::RaceSpec{.contenders = 2, .with = {other}};
  EXPECT_EQ(contenders_of(plan), (Names{"A guest pays", "A guest pays (2)", "A guest cancels"}));
  EXPECT_FALSE(are_alike(plan));
}

}  // namespace
}  // namespace peregrine::trial
