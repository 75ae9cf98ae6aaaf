#include "system/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;
using base::Duration;
using base::WallTime;

const WallTime kStart{Duration(1748847600s)};  // 2025-06-02 09:00 in Berlin

TEST(Clock, IsTheMachinesUntilItIsSteered) {
  const Clock clock;
  EXPECT_FALSE(clock.is_steered());
  EXPECT_EQ(clock.ahead(), 0ns);
  std::vector<std::string> environment{"A=b"};
  clock.give_to(environment);
  EXPECT_EQ(environment, std::vector<std::string>{"A=b"});
}

class SteeredClock : public testing::Test {
 protected:
  void SetUp() override {
    const auto steered = clock_.steer(*directory_);
    ASSERT_TRUE(steered) << steered.error().to_string();
  }

  base::Result<PrivateDirectory> directory_ = PrivateDirectory::create();
  Clock clock_;
};

TEST_F(SteeredClock, RunsOnFromWhereItIsSet) {
  clock_.set(kStart);
  const WallTime first = clock_.now();
  EXPECT_GE(first, kStart);
  EXPECT_LT(first, kStart + 10s);
  EXPECT_GE(clock_.now(), first);
  const Duration ahead = clock_.ahead();
  clock_.jump(31 * 24h);
  EXPECT_EQ(clock_.ahead(), ahead + 31 * 24h);
  clock_.jump(-24h);
  EXPECT_EQ(clock_.ahead(), ahead + 30 * 24h);
  clock_.let_go();
  EXPECT_EQ(clock_.ahead(), 0ns);
}

TEST_F(SteeredClock, TellsThoseWhoListenInTheirOrder) {
  clock_.set(kStart);
  std::string told;
  clock_.listen([&](WallTime before, WallTime now) {
    EXPECT_GE(now - before, 24h);
    EXPECT_LT(now - before, 24h + 10s);
    told += 'a';
  });
  clock_.listen([&](WallTime, WallTime) { told += 'b'; });
  clock_.jump(24h);
  EXPECT_EQ(told, "ab");
}

TEST_F(SteeredClock, PutsItselfBeforeWhatIsPreloadedAlready) {
  std::vector<std::string> environment{"LD_PRELOAD=/lib/other.so", "LD_PRELOADED=x",
                                       "ASAN_OPTIONS=detect_leaks=0", "PEREGRINE_CLOCK=stale"};
  clock_.give_to(environment);
  const std::string& folder = directory_->path();
  EXPECT_EQ(environment[0], "LD_PRELOAD=" + folder + "/libperegrine_clock.so:/lib/other.so");
  EXPECT_EQ(environment[1], "LD_PRELOADED=x");
  EXPECT_EQ(environment[2], "ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=0");
  EXPECT_EQ(environment[3], "PEREGRINE_CLOCK=" + folder + "/clock");
  EXPECT_EQ(environment.size(), 4U);
}

// What the program says through a shell, with the clock's environment.
std::string said_by(const Clock& clock, const std::string& command) {
  std::vector<std::string> environment;
  clock.give_to(environment);
  std::string line = "env";
  for (const std::string& entry : environment) line += " '" + entry + "'";
  FILE* pipe = popen((line + " " + command).c_str(), "r");
  char text[200] = "";
  if (!fgets(text, sizeof(text), pipe)) text[0] = '\0';
  pclose(pipe);
  return text;
}

TEST_F(SteeredClock, IsShownByAProgram) {
  clock_.set(kStart);
  EXPECT_EQ(said_by(clock_, "TZ=Europe/Berlin date '+%F %H:%M %Z'"), "2025-06-02 09:00 CEST\n");
  clock_.set(WallTime(Duration(0)));
  EXPECT_EQ(said_by(clock_, "TZ=UTC date '+%F %H:%M %Z'"), "1970-01-01 00:00 UTC\n");
  clock_.set(WallTime(Duration(9'000'000'000s)));
  EXPECT_EQ(said_by(clock_, "TZ=UTC date '+%F'"), "2255-03-14\n");
}

TEST(ClockOfAFolder, ThatCannotBeNamedInLdPreloadIsRefused) {
  char folder[] = "/tmp/a b XXXXXX";
  ASSERT_TRUE(mkdtemp(folder));
  const std::string before = std::getenv("TMPDIR") ? std::getenv("TMPDIR") : "";
  setenv("TMPDIR", folder, 1);
  {
    const auto directory = PrivateDirectory::create();
    before.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", before.c_str(), 1);
    ASSERT_TRUE(directory);
    Clock clock;
    const auto steered = clock.steer(*directory);
    ASSERT_FALSE(steered);
    EXPECT_NE(steered.error().to_string().find("a blank or a colon"), std::string::npos);
    EXPECT_FALSE(clock.is_steered());
  }
  rmdir(folder);
}

}  // namespace
}  // namespace peregrine::system
