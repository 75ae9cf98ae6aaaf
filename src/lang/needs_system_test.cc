#include "lang/needs_system.h"

#include <gtest/gtest.h>

#include <memory>

#include "lang/journey_file.h"

namespace peregrine::lang {
namespace {

SystemSpec shop() {
  SystemSpec spec;
  spec.name = "shop";
  spec.services.emplace_back().name = "api";
  spec.databases.emplace_back().name = "postgres";
  spec.providers.emplace_back().name = "acme";
  return spec;
}

Plan plan_of(const std::string& text) {
  static const SystemSpec system = shop();
  Diagnostics diagnostics;
  auto plan = read_journey(std::make_shared<const Source>("a.yaml", "journey: A\n" + text), system,
                           diagnostics);
  for (const Diagnostic& mistake : diagnostics.sorted()) ADD_FAILURE() << render(mistake);
  return plan ? *std::move(plan) : Plan();
}

std::string why(const std::string& text) { return why_needs_system(plan_of(text)).value_or(""); }

TEST(NeedsSystem, WhoAsksServicesNeedsNothingElse) {
  EXPECT_EQ(why(R"(
data: { name: "${text(8)}" }
steps:
  - get: /a
    save: { id: json.id }
  - repeat:
      - get: /b/${id}
        save: { done: json.done }
    until: done
    max: 3
  - check: name != ''
)"),
            "");
}

TEST(NeedsSystem, WhatOnlyLooksIsPlayedByThoseWhoLook) {
  const Plan plan = plan_of(R"(
steps:
  - get: /a
  - sql: select 1 as one
    expect: { rows: [{ one: 1 }] }
  - together:
      - - sql: select count(*) as all from items
      - - get: /b
then:
  - check: acme.items.size() > 0
)");
  EXPECT_EQ(why_needs_system(plan), std::nullopt);
  EXPECT_TRUE(has_looks(plan));
  EXPECT_FALSE(has_looks(plan_of("steps:\n  - get: /a\n")));
}

TEST(NeedsSystem, WhatChangesADatabaseIsToldWithItsPlace) {
  EXPECT_EQ(why("steps:\n  - step: One more\n    sql: insert into items values (1)\n"),
            "its step \"One more\" (a.yaml:3:5) asks a database");
  EXPECT_EQ(why(R"(
steps:
  - together:
      - - get: /b
      - - step: Deep inside
          exec: "true"
)"),
            "its step \"Deep inside\" (a.yaml:6:11) runs a program");
}

// The steps after it could not be played without.
TEST(NeedsSystem, ALookThatIsNeededIsNone) {
  EXPECT_EQ(why(R"(
steps:
  - step: Which one
    sql: select id from items
    save: { id: "rows[0].id" }
  - get: /items/${id}
)"),
            "its step \"Which one\" (a.yaml:4:5) asks a database");
}

TEST(NeedsSystem, WhatThirdPartiesHaveIsReadOfTheSystem) {
  EXPECT_EQ(why("data: { first: \"${acme.items[0]}\" }\nsteps:\n  - get: /a\n"),
            "its data read what `acme` has");
  EXPECT_EQ(why("steps:\n  - step: All\n    get: /a?count=${acme.items.size()}\n"),
            "its step \"All\" (a.yaml:3:5) reads what `acme` has");
}

TEST(NeedsSystem, AStepThatIsSkippedNeedsNothing) {
  EXPECT_EQ(why("steps:\n  - exec: \"true\"\n    skip: not now\n"), "");
}

}  // namespace
}  // namespace peregrine::lang
