#include "trial/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace peregrine::trial {
namespace {

lang::Project project_of(size_t journeys) {
  lang::Project project;
  for (size_t i = 0; i < journeys; ++i) {
    project.journeys.emplace_back().name = std::string(1, static_cast<char>('a' + i));
  }
  return project;
}

std::string names(const std::vector<const lang::Plan*>& order) {
  std::string text;
  for (const lang::Plan* plan : order) text += plan->name;
  return text;
}

TEST(RunOrder, IsThatOfTheFilesUnlessShuffled) {
  const lang::Project project = project_of(5);
  EXPECT_EQ(names(order_of(project, {.seed = 9}, 3)), "abcde");
}

TEST(RunOrder, ShuffledIsDecidedByTheSeedOfTheRound) {
  const lang::Project project = project_of(5);
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    std::string order = names(order_of(project, {.seed = seed, .shuffle = true}, 0));
    EXPECT_EQ(order, names(order_of(project, {.seed = seed, .shuffle = true}, 0)));
    if (seed > 0) {
      EXPECT_EQ(order, names(order_of(project, {.seed = seed - 1, .shuffle = true}, 1)));
    }
    orders.insert(order);
    std::ranges::sort(order);
    EXPECT_EQ(order, "abcde");
  }
  EXPECT_EQ(orders.size(), 120U);
}

TEST(RunOrder, SkippedJourneysAreToldOfOnce) {
  lang::Project project = project_of(3);
  project.journeys[1].skip = "not today";
  EXPECT_EQ(planned_plays(project, {.rounds = 4}), 9U);
}

TEST(RunOrder, AKeptOrderIsPlayedOnce) {
  lang::Project project = project_of(3);
  project.journeys[2].kept.emplace();
  EXPECT_EQ(planned_plays(project, {.rounds = 4}), 9U);
}

TEST(RunOrder, JourneysThatCannotBePlayedYetAreSkipped) {
  lang::Project project = project_of(2);
  lang::Plan& plan = project.journeys[0];
  plan.not_playable.push_back({{}, "`race`", false});
  EXPECT_EQ(reason_to_skip(plan), "");
  plan.not_playable.push_back({{nullptr, 4}, "the verb `mail`", true});
  EXPECT_EQ(reason_to_skip(plan), "line 4: the verb `mail` cannot be played by this version yet");
  EXPECT_EQ(planned_plays(project, {.rounds = 4}), 5U);
}

}  // namespace
}  // namespace peregrine::trial
