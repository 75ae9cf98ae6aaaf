#include "trial/replays.h"

#include <gtest/gtest.h>

#include <set>

namespace peregrine::trial {
namespace {

using lang::Source;

lang::SystemSpec system_in(const std::string& folder) {
  lang::SystemSpec system;
  system.source = std::make_shared<const Source>(folder + "system.yaml", "");
  return system;
}

lang::Plan plan_at(const std::string& path) {
  lang::Plan plan;
  plan.source = std::make_shared<const Source>(path, "");
  plan.name = "Two guests book";
  return plan;
}

record::Replay named(const lang::SystemSpec& system, const lang::Plan& plan,
                     const std::string& kind, std::vector<size_t> order, uint64_t seed = 1) {
  record::RaceResult race;
  race.findings.push_back({.kind = kind, .order = std::move(order)});
  Replays(system, seed, {"peregrine replay ", " shop"}).name_findings(race, plan, 5);
  return race.findings.front().replay;
}

TEST(Replays, AFindingHasOneIdWhereverItsProjectIsPlayedFrom) {
  const auto here = named(system_in(""), plan_at("j/two.yaml"), "hang", {0, 1});
  EXPECT_TRUE(record::is_replay_id(here.id)) << here.id;
  EXPECT_EQ(here.command, "peregrine replay " + here.id + " shop");
  EXPECT_EQ(here.file, "j/two.yaml");
  EXPECT_EQ(here.times, 0U);
  const auto there =
      named(system_in("../a/shop/"), plan_at("../a/shop/j/two.yaml"), "hang", {0, 1});
  EXPECT_EQ(there.id, here.id);
  EXPECT_EQ(named(system_in("./"), plan_at("./j/../j/two.yaml"), "hang", {0, 1}).id, here.id);
  EXPECT_EQ(named(system_in(""), plan_at("j/two.yaml"), "hang", {0, 1}, 2).id, here.id);
}

TEST(Replays, AnotherFindingHasAnotherId) {
  lang::SystemSpec system = system_in("");
  std::set<std::string> ids;
  ids.insert(named(system, plan_at("two.yaml"), "hang", {0, 1}).id);
  ids.insert(named(system, plan_at("two.yaml"), "hang", {0, 1, 1}).id);
  ids.insert(named(system, plan_at("two.yaml"), "invariant", {0, 1}).id);
  ids.insert(named(system, plan_at("three.yaml"), "hang", {0, 1}).id);
  lang::Plan plan = plan_at("two.yaml");
  plan.name = "Three guests book";
  ids.insert(named(system, plan, "hang", {0, 1}).id);
  system.environment = "small";
  ids.insert(named(system, plan_at("two.yaml"), "hang", {0, 1}).id);
  EXPECT_EQ(ids.size(), 6U);
}

TEST(Replays, WhatNoOrderShowsIsFiredAsOften) {
  EXPECT_EQ(named(system_in(""), plan_at("two.yaml"), "at once", {}).times, 5U);
}

// So that it is known again, and played with the seed with which it fell.
TEST(Replays, AKeptOrderIsThatOfItsJourney) {
  lang::Plan kept = plan_at("j/two.1a2b3c4d.race.yaml");
  kept.name = "Two guests book, order 1a2b3c4d";
  kept.kept.emplace();
  kept.kept->of = std::make_shared<const Source>("j/two.yaml", "");
  kept.kept->journey = "Two guests book";
  kept.kept->seed = 7;
  const auto again = named(system_in(""), kept, "hang", {0, 1});
  const auto first = named(system_in(""), plan_at("j/two.yaml"), "hang", {0, 1});
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.file, "j/two.yaml");
  EXPECT_EQ(again.seed, 7U);
}

TEST(Replays, EachPlayOfARunHasItsOwnId) {
  const lang::SystemSpec system = system_in("");
  const Replays replays(system, 3, {});
  const record::Replay first = replays.of_play(plan_at("two.yaml"), 0);
  const record::Replay second = replays.of_play(plan_at("two.yaml"), 1);
  EXPECT_NE(first.id, second.id);
  EXPECT_NE(first.id, Replays(system, 4, {}).of_play(plan_at("two.yaml"), 0).id);
  EXPECT_EQ(second.seed, 3U);
  EXPECT_EQ(second.round, 1U);
}

}  // namespace
}  // namespace peregrine::trial
