#include "trial/load/processes.h"

#include <gtest/gtest.h>

#include "trial/load/load.h"
#include "trial/load/workers.h"

namespace peregrine::trial {
namespace {

class ProcessesTest : public testing::Test {
 protected:
  ProcessesTest() {
    load_.name = "A";
    load_.parts.push_back({&plan_, 1});
    load_.spec.duration = std::chrono::seconds(1);
  }
  size_t workers(double users, const ProcessRules& rules) {
    load_.spec.level = users;
    return workers_for(load_, load_.spec, rules);
  }

  lang::Plan plan_;
  PlannedLoad load_;
};

TEST_F(ProcessesTest, SmallMachinesAndSmallLoadsHaveOne) {
  EXPECT_EQ(workers(10'000, {{}, 2, 20'000}), 0U);
  EXPECT_EQ(workers(10'000, {{}, 1, 20'000}), 0U);
  EXPECT_EQ(workers(99, {{}, 16, 20'000}), 0U);
}

TEST_F(ProcessesTest, HalfOfTheProcessorsAtMost) {
  EXPECT_EQ(workers(100, {{}, 16, 20'000}), 2U);
  EXPECT_EQ(workers(10'000, {{}, 16, 20'000}), 8U);
  EXPECT_EQ(workers(10'000, {{}, 4, 20'000}), 2U);
  load_.spec.model = lang::LoadSpec::Model::open;
  EXPECT_EQ(workers(1000, {{}, 16, 20'000}), 0U);
  EXPECT_EQ(workers(3000, {{}, 16, 20'000}), 3U);
}

TEST_F(ProcessesTest, AsManyAsHoldTheUsersDescriptors) {
  EXPECT_EQ(workers(20'000, {{}, 1, 20'000}), 0U);
  EXPECT_EQ(workers(20'001, {{}, 1, 20'000}), 2U);
  EXPECT_EQ(workers(50'000, {{}, 1, 20'000}), 3U);
  EXPECT_EQ(workers(50'000, {1, 1, 20'000}), 3U);
  EXPECT_TRUE(check_users({load_}, {{}, 1, 20'000}));
  load_.spec.level = 20'000 * static_cast<double>(Workers::kMost) + 1;
  EXPECT_FALSE(check_users({load_}, {{}, 1, 20'000}));
}

TEST_F(ProcessesTest, AsManyAsAreAskedForAndHaveUsers) {
  EXPECT_EQ(workers(100, {1, 16, 20'000}), 0U);
  EXPECT_EQ(workers(100, {3, 1, 20'000}), 3U);
  EXPECT_EQ(workers(2, {3, 1, 20'000}), 2U);
  EXPECT_EQ(workers(1, {3, 1, 20'000}), 0U);
}

TEST_F(ProcessesTest, ThoseWhoLookAreInOneProcess) {
  lang::Step step;
  step.only_looks = true;
  plan_.steps.push_back(std::move(step));
  load_.spec.verify = 0.5;
  EXPECT_EQ(most_users_of(load_, {{}, 1, 101}), 200U);
  EXPECT_EQ(workers(200, {{}, 1, 101}), 2U);
  EXPECT_EQ(workers(4, {8, 1, 101}), 0U) << "of four one is left, for whom it is not worth it";
  load_.spec.verify = 1;
  EXPECT_EQ(workers(100, {4, 16, 101}), 0U);
  load_.spec.level = 101;
  EXPECT_TRUE(check_users({load_}, {{}, 1, 101}));
  load_.spec.level = 102;
  EXPECT_FALSE(check_users({load_}, {{}, 1, 101}));
}

TEST_F(ProcessesTest, WhoNeedsTheSystemStaysWithIt) {
  lang::Step step;
  step.at.source = std::make_shared<const lang::Source>("a.yaml", "");
  step.sentence = "It runs";
  step.action = lang::ExecAction();
  plan_.steps.push_back(std::move(step));
  EXPECT_EQ(workers(50'000, {3, 16, 20'000}), 0U);
  EXPECT_TRUE(note_of(load_, {3, 16, 20'000}).contains("\"It runs\""));
  EXPECT_EQ(note_of(load_, {1, 16, 20'000}), "");
  const auto checked = check_users({load_}, {3, 16, 20'000});
  ASSERT_FALSE(checked);
  EXPECT_TRUE(checked.error().text.contains("runs a program"));
}

}  // namespace
}  // namespace peregrine::trial
