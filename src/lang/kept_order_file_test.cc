#include "lang/kept_order_file.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace peregrine::lang {
namespace {

namespace fs = std::filesystem;

class KeptOrderTest : public testing::Test {
 protected:
  KeptOrderTest() {
    system_.services.emplace_back().name = "api";
    put("two.yaml",
        "journey: Two\ntags: [a]\nsteps: [{ get: / }]\nrace: {}\nload: { users: 1, for: 1s }\n");
    put("one.yaml", "journey: One\nsteps: [{ get: / }]\n");
  }
  ~KeptOrderTest() override { fs::remove_all(folder_); }

  void put(const std::string& name, const std::string& text) const {
    fs::create_directories(folder_);
    std::ofstream(folder_ / name) << text;
  }
  std::optional<Plan> read(const std::string& text) {
    diagnostics_ = {};
    const auto source = std::make_shared<const Source>((folder_ / "a.race.yaml").string(), text);
    return read_kept_order(source, system_, diagnostics_);
  }
  // What is wrong with it, and where.
  std::string mistake(const std::string& text) {
    EXPECT_FALSE(read(text));
    std::string told;
    for (const Diagnostic& one : diagnostics_.sorted()) {
      told += fmt::format("{}:{}: {}; ", one.at.line, one.at.column, one.message);
    }
    return told;
  }

  fs::path folder_ = fs::path(testing::TempDir()) / fmt::format("kept-order-{}", getpid());
  SystemSpec system_;
  Diagnostics diagnostics_;
};

TEST_F(KeptOrderTest, IsTheJourneysPlanUnderAnotherName) {
  const auto plan = read("replay: two.yaml\nfinding: 1a2b3c4d\nseed: 7\norder: [0, 1, 1]\n");
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->name, "Two, order 1a2b3c4d");
  EXPECT_EQ(plan->source->path(), (folder_ / "a.race.yaml").string());
  EXPECT_EQ(plan->kept->of->path(), (folder_ / "two.yaml").string());
  EXPECT_EQ(plan->kept->journey, "Two");
  EXPECT_EQ(plan->kept->seed, 7U);
  EXPECT_EQ(plan->kept->order, (std::vector<size_t>{0, 1, 1}));
  EXPECT_EQ(plan->tags, std::vector<std::string>{"a"});
  EXPECT_FALSE(plan->load);
  EXPECT_EQ(read("replay: two.yaml\norder: [0]\n")->name, "Two, a kept order");
}

TEST_F(KeptOrderTest, IsPlayedInItsEnvironmentAlone) {
  const std::string text = "replay: two.yaml\nin: [small]\norder: [0]\n";
  EXPECT_EQ(read(text)->skip, "it is played with --env small alone");
  system_.environment = "small";
  EXPECT_EQ(read(text)->skip, "");
}

TEST_F(KeptOrderTest, MistakesAreToldWithTheirPlace) {
  EXPECT_EQ(mistake("replay: three.yaml\norder: [0]\n"),
            fmt::format("1:9: there is no file {}; ", (folder_ / "three.yaml").string()));
  EXPECT_EQ(mistake("replay: one.yaml\norder: [0]\n"),
            "1:9: in one.yaml nobody contends, so there is no order; ");
  EXPECT_EQ(mistake("replay: two.yaml\norder: [0, 2, x]\n"),
            "2:12: `2` is none of those who contend; 2:15: `x` is none of those who contend; ");
  EXPECT_EQ(mistake("replay: two.yaml\norder: []\n"),
            "2:8: `order` lists who goes on at each choice, this is empty; ");
  EXPECT_EQ(mistake("replay: two.yaml\nseed: -1\n"),
            "1:1: a kept order needs `order:`; 2:7: `seed` is a number from 0 on, this is `-1`; ");
  EXPECT_EQ(mistake("replay: two.yaml\nordre: [0]\n"),
            "1:1: a kept order needs `order:`; 2:1: unknown key `ordre` in a kept order; ");
}

// Told where they are, as when the journey itself is read.
TEST_F(KeptOrderTest, SoAreThoseOfTheJourney) {
  put("two.yaml", "journey: Two\nstep: []\n");
  EXPECT_FALSE(read("replay: two.yaml\norder: [0]\n"));
  ASSERT_FALSE(diagnostics_.empty());
  EXPECT_EQ(diagnostics_.sorted().front().at.source->path(), (folder_ / "two.yaml").string());
}

}  // namespace
}  // namespace peregrine::lang
