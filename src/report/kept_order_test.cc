#include "report/kept_order.h"

#include <gtest/gtest.h>

namespace peregrine::report {
namespace {

using record::RaceAct;
using Kind = RaceAct::Kind;

TEST(KeptOrder, SaysBehindEachChoiceWhatWasAsked) {
  record::RaceResult race{.name = "Two guests: book", .file = "j/two.yaml"};
  record::RaceFinding finding{
      .kind = "invariant", .what = "One \"has\" it:\nno", .order = {0, 1, 0}};
  finding.acts = {{Kind::begins, 0},
                  {Kind::asks, 0, "postgres", "select  1\nfrom bookings where name = 'Ann'"},
                  {Kind::asks, 1, "redis", "SET " + std::string(200, 'x')},
                  {Kind::blocks, 1},
                  {Kind::commits, 0, "postgres", "insert"}};
  finding.replay = {.id = "1a2b3c4d", .environment = "small", .seed = 9};
  EXPECT_EQ(kept_order_name(race, finding), "two.1a2b3c4d.race.yaml");
  const std::string text = kept_order_text(race, finding);
  EXPECT_EQ(text.substr(text.find("replay:")),
            "replay: \"two.yaml\"\nfinding: \"1a2b3c4d\"\n"
            "description: \"One \\\"has\\\" it:\\nno\"\nin: [\"small\"]\nseed: 9\norder:\n"
            "  - 0 # select ? from bookings where name = ?\n"
            "  - 1 # SET " +
                std::string(79, 'x') +
                "…\n"
                "  - 0 # commits: others see it\n");
}

}  // namespace
}  // namespace peregrine::report
