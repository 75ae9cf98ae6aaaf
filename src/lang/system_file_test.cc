#include "lang/system_file.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace peregrine::lang {
namespace {

struct Read {
  std::optional<SystemSpec> system;
  std::vector<std::string> mistakes;
};

Read read(const std::string& yaml, const SystemOptions& options = {}) {
  Diagnostics diagnostics;
  Read result;
  result.system =
      read_system(std::make_shared<const Source>("system.yaml", yaml), options, diagnostics);
  for (const Diagnostic& mistake : diagnostics.sorted()) result.mistakes.push_back(mistake.message);
  return result;
}

std::vector<std::string> order_of(const SystemSpec& system) {
  std::vector<std::string> names;
  for (const auto& group : system.start_groups) {
    std::string& together = names.emplace_back();
    for (size_t index : group) {
      together += (together.empty() ? "" : "+") + system.services[index].name;
    }
  }
  return names;
}

using Texts = std::vector<std::string>;

TEST(SystemFile, ServicesStartAfterThoseWhoseNamesTheyRead) {
  const Read it = read(R"(
system: s
services:
  web: { run: ./web, env: { API: "${api.url}", SELF: "${web.url}" } }
  api: { run: [./api, "${users.host}"] }
  alone: { run: ./alone }
  users: { run: ./users, headers: { x-web: "${web.url}" } }
  same: { url: "${web.url}" }
)");
  ASSERT_TRUE(it.system) << it.mistakes.front();
  EXPECT_EQ(order_of(*it.system), (Texts{"users", "api", "web", "alone", "same"}));
  EXPECT_EQ(it.system->services.front().name, "web");
}

TEST(SystemFile, ServicesThatReadEachOtherStartTogether) {
  const Read it = read(
      "system: s\nservices:\n  a: { run: a, env: { B: '${b.url}' } }\n"
      "  b: { run: 'b ${c.url}' }\n  c: { run: 'c ${d.url}' }\n  d: { url: '${b.url}' }\n"
      "  e: { run: e }\n");
  ASSERT_TRUE(it.system) << it.mistakes.front();
  EXPECT_EQ(order_of(*it.system), (Texts{"d+b+c", "a", "e"}));
}

TEST(SystemFile, AddressesThatAreReadFromEachOtherAreAMistake) {
  const Read it = read(
      "system: s\nservices:\n  a: { url: '${b.url}' }\n  b: { url: '${a.url}' }\n"
      "  c: { url: '${c.url}' }\n");
  EXPECT_EQ(it.mistakes, (Texts{"the `url`s of `a` and `b` are read from each other",
                                "the `url` of `c` reads its own address"}));
}

TEST(SystemFile, EachNameHasASlotOfItsOwn) {
  const Read it = read(
      "system: s\nservices: { a: { run: 'a ${port}' }, b: { run: b } }\n"
      "databases: { postgres: {}, ledger: { kind: postgres } }\n");
  ASSERT_TRUE(it.system);
  std::vector<Slot> slots = {it.system->env};
  for (const ServiceSpec& service : it.system->services) {
    slots.push_back(service.slot);
    EXPECT_LT(service.own_host, it.system->slots);
    EXPECT_LT(service.own_port, it.system->slots);
    EXPECT_EQ(std::ranges::count(slots, service.own_port), 0);
  }
  for (const DatabaseSpec& database : it.system->databases) slots.push_back(database.slot);
  std::ranges::sort(slots);
  EXPECT_TRUE(std::ranges::adjacent_find(slots) == slots.end());
  EXPECT_LT(slots.back(), it.system->slots);
}

TEST(SystemFile, TheClockIsOfItsZone) {
  const Read it = read("system: s\nzone: Europe/Berlin\nclock: 2025-06-02 09:00\n");
  ASSERT_TRUE(it.system);
  EXPECT_EQ(it.system->clock, base::WallTime(std::chrono::seconds(1748847600)));
  EXPECT_EQ(reason_not_to_play(it.system->not_playable), "");
  EXPECT_FALSE(read("system: s\nzone: +02:00\n").system);
}

TEST(SystemFile, HostsElsewhereHaveToBeAllowed) {
  const std::string yaml = "system: s\nservices: { a: { url: 'http://Staging.example.org:80' } }\n";
  EXPECT_EQ(read(yaml).mistakes, (Texts{"Staging.example.org is not on this machine"}));
  const Read it = read(yaml, {"", {"STAGING.example.org"}});
  ASSERT_TRUE(it.system);
  EXPECT_TRUE(it.system->may_reach("staging.EXAMPLE.org"));
  EXPECT_TRUE(it.system->may_reach("127.3.2.1"));
  EXPECT_FALSE(it.system->may_reach("example.org"));
}

TEST(SystemFile, ALoadIsAMix) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "system_file_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "buy.yaml") << "journey: Buy\n";
  Diagnostics diagnostics;
  const auto system = read_system(
      std::make_shared<const Source>((folder / "system.yaml").string(),
                                     "system: s\nloads: { peak: { mix: { buy.yaml: 8 }, "
                                     "rate: 90/m, for: 5m, think: 1s..3s } }\n"),
      {}, diagnostics);
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(system) << diagnostics.sorted().front().message;
  const LoadSpec& peak = system->loads.front();
  EXPECT_EQ(peak.mix.front().weight, 8);
  EXPECT_EQ(peak.model, LoadSpec::Model::open);
  EXPECT_EQ(peak.level, 1.5);
  EXPECT_EQ(peak.duration, std::chrono::minutes(5));
  EXPECT_EQ(peak.think->second, std::chrono::seconds(3));
  EXPECT_EQ(system->not_playable.size(), 0U);
}

TEST(SystemFile, IsBounded) {
  std::string services = "system: s\nservices:\n";
  for (int i = 0; i < 501; ++i) services += fmt::format("  s{}: {{ run: s }}\n", i);
  EXPECT_EQ(read(services).mistakes, (Texts{"501 services are too many"}));
  std::string environments = "system: s\nenvironments:\n";
  for (int i = 0; i < 101; ++i) environments += fmt::format("  e{}: {{}}\n", i);
  EXPECT_EQ(read(environments, {"e7", {}}).mistakes, (Texts{"101 environments are too many"}));
}

constexpr const char* kEnvironments = R"(
system: s
services:
  api: { run: ./api, env: { A: "1", B: "2" }, headers: { x: "1", y: "2" }, restart: each }
  web: { run: [./web, --a] }
databases: { postgres: {}, ledger: { kind: postgres } }
environments:
  more: { services: { api: { env: { B: "3", C: "4" }, restart: null }, web: { run: [./other] } } }
  staging:
    services: { api: { url: "http://staging.example.org" }, web: null }
    databases: { ledger: null }
  bare: { databases: null }
)";

TEST(SystemFile, AnEnvironmentIsMergedIntoTheTree) {
  const Read it = read(kEnvironments, {"more", {}});
  ASSERT_TRUE(it.system) << it.mistakes.front();
  const ServiceSpec& api = it.system->services[0];
  ASSERT_EQ(api.environment.size(), 3U);
  EXPECT_EQ(api.environment[1].first, "B");
  EXPECT_EQ(*api.environment[1].second.literal(), base::Value("3"));
  EXPECT_EQ(api.environment[2].first, "C");
  EXPECT_TRUE(api.run);
  EXPECT_FALSE(api.restart_each);
  EXPECT_EQ(it.system->services[1].run->words.size(), 1U);
  EXPECT_EQ(it.system->environment, "more");
  EXPECT_TRUE(it.system->lacking.empty());
}

TEST(SystemFile, AUrlTakesThePlaceOfACommandAndWhatItNeeds) {
  const Read it = read(kEnvironments, {"staging", {"staging.example.org"}});
  ASSERT_TRUE(it.system) << it.mistakes.front();
  const ServiceSpec& api = it.system->services[0];
  EXPECT_FALSE(api.run);
  EXPECT_TRUE(api.url);
  EXPECT_TRUE(api.environment.empty());
  EXPECT_EQ(api.headers.size(), 2U);
}

TEST(SystemFile, WhatAnEnvironmentLacksIsKnown) {
  const Read staging = read(kEnvironments, {"staging", {"staging.example.org"}});
  ASSERT_TRUE(staging.system);
  ASSERT_EQ(staging.system->lacking.size(), 2U);
  EXPECT_EQ(staging.system->find_lacking("web")->what, "service");
  EXPECT_EQ(staging.system->find_lacking("ledger")->what, "database");
  EXPECT_EQ(staging.system->find_lacking("postgres"), nullptr);
  EXPECT_EQ(read(kEnvironments, {"bare", {}}).system->lacking.size(), 2U);
  EXPECT_TRUE(read(kEnvironments).system->lacking.empty());
}

TEST(SystemFile, AnEnvironmentThatIsNotChosenIsCheckedButForItsHosts) {
  EXPECT_TRUE(read(kEnvironments).system);
  const Read it = read("system: s\nenvironments: { e: { zone: Nowhere } }\n");
  EXPECT_EQ(it.mistakes, (Texts{"there is no time zone `Nowhere`, in the environment `e`"}));
}

TEST(SystemFile, AMistakeOfAllEnvironmentsIsToldOnce) {
  const Read it = read("system: s\nzone: Nowhere\nenvironments: { a: {}, b: {} }\n");
  EXPECT_EQ(it.mistakes, (Texts{"there is no time zone `Nowhere`"}));
}

}  // namespace
}  // namespace peregrine::lang
