#include "io/reaper.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "io/marked_directory.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;

class ReaperTest : public testing::Test {
 protected:
  std::unique_ptr<Loop> owned_ = *Loop::create();
  Loop& loop_ = *owned_;
};

Command shell(std::string script) {
  return {{"sh", "-c", std::move(script)}, {"PATH=/usr/bin:/bin", "WORD=hello"}, "", {}};
}

// A process that has ended but was not collected still has a number, but does not run.
bool runs(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return false;
  const char state = line[line.rfind(')') + 2];
  return state != 'Z' && state != 'X';
}

// A killed process closes its files a moment before it has ended.
bool ends(pid_t pid) {
  for (int i = 0; i < 1000 && runs(pid); ++i) usleep(1000);
  return !runs(pid);
}

std::string marked_directory() {
  std::string path = "/tmp/peregrine-test-XXXXXX";
  EXPECT_TRUE(mkdtemp(path.data()));
  std::ofstream(path + "/" + kMarkerName) << "test\n";
  return path;
}

Task<Result<Output>> output_of(Loop& loop, Command command) {
  CO_TRY(auto reaper, Reaper::start(loop, ""));
  co_return co_await run_program(*reaper, std::move(command), loop.in(10s));
}

TEST_F(ReaperTest, RunsAProgramAndGivesItsLinesAndItsEnd) {
  const auto out = loop_.run(output_of(loop_, shell("echo $WORD; echo there >&2; pwd; exit 3")));
  ASSERT_TRUE(out) << out.error().to_string();
  ASSERT_EQ(out->lines.size(), 3U);
  EXPECT_EQ(out->lines[0], "hello");
  EXPECT_EQ(out->lines[1], "there");
  EXPECT_EQ(out->status.to_string(), "ended with code 3");
}

TEST_F(ReaperTest, AChildInheritsNothingButItsOutput) {
  const auto out = loop_.run(output_of(loop_, shell("ls /proc/self/fd; cat; trap")));
  ASSERT_TRUE(out) << out.error().to_string();
  // 3 is the directory that ls reads. Nothing comes from standard input, no signal is ignored.
  EXPECT_EQ(out->lines, (std::vector<std::string>{"0", "1", "2", "3"}));
}

TEST_F(ReaperTest, SaysWhyAProgramCannotBeStarted) {
  auto out = loop_.run(output_of(loop_, {{"./booking"}, {}, "/tmp", {}}));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().text, "cannot start ./booking in /tmp: No such file or directory");
  EXPECT_EQ(out.error().code, Code::not_found);
  out = loop_.run(output_of(loop_, {{"true"}, {}, "/nowhere", {}}));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().text,
            "cannot start true in /nowhere: enter its folder: No such file or directory");
  out = loop_.run(output_of(loop_, {{}, {}, "", {}}));
  ASSERT_FALSE(out);
}

TEST_F(ReaperTest, RefusesMoreThanAMessageHolds) {
  const auto out = loop_.run(output_of(loop_, {{"true", std::string(200'000, 'x')}, {}, "", {}}));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, Code::limit);
}

Task<Result<ExitStatus>> kill_a_group(Loop& loop, pid_t& grandchild) {
  CO_TRY(auto reaper, Reaper::start(loop, ""));
  CO_TRY(auto child, co_await reaper->spawn(shell("sleep 1000 & echo $!; wait"), loop.in(5s)));
  CO_TRY(const auto line, co_await child->output().line(loop.in(5s)));
  grandchild = std::stoi(*line);
  EXPECT_TRUE(runs(grandchild));
  CO_TRY_OK(child->kill(SIGTERM));
  CO_TRY(const ExitStatus status, co_await child->wait(loop.in(5s)));
  CO_TRY(const auto end, co_await child->output().line(loop.in(5s)));
  EXPECT_FALSE(end);
  EXPECT_TRUE(ends(grandchild));
  co_return status;
}

TEST_F(ReaperTest, ASignalReachesTheWholeGroup) {
  pid_t grandchild = 0;
  const auto status = loop_.run(kill_a_group(loop_, grandchild));
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(status->to_string(), "was ended by SIGTERM");
}

Task<Result<pid_t>> outlive_a_leader(Loop& loop) {
  CO_TRY(auto reaper, Reaper::start(loop, ""));
  CO_TRY(auto child, co_await reaper->spawn(shell("sleep 1000 & echo $!"), loop.in(5s)));
  CO_TRY(const auto line, co_await child->output().line(loop.in(5s)));
  // The sleeper holds the pipe, so its end is the sleeper's.
  CO_TRY(const auto end, co_await child->output().line(loop.in(5s)));
  EXPECT_FALSE(end);
  co_return std::stoi(*line);
}

TEST_F(ReaperTest, AGroupDiesWithItsLeader) {
  const auto pid = loop_.run(outlive_a_leader(loop_));
  ASSERT_TRUE(pid) << pid.error().to_string();
  EXPECT_TRUE(ends(*pid));
}

// Starts a daemon as daemons do, in a session of its own.
Task<Result<pid_t>> start_a_daemon(Loop& loop, Reaper& reaper) {
  CO_TRY(auto child, co_await reaper.spawn(shell("setsid sh -c 'echo $$; sleep 1000' & sleep 1000"),
                                           loop.in(5s)));
  CO_TRY(const auto line, co_await child->output().line(loop.in(5s)));
  co_return std::stoi(*line);
}

Task<Result<pid_t>> stop_with_a_daemon(Loop& loop, std::string directory) {
  CO_TRY(auto reaper, Reaper::start(loop, directory));
  CO_TRY(const pid_t daemon, co_await start_a_daemon(loop, *reaper));
  EXPECT_TRUE(runs(daemon));
  CO_TRY_OK(co_await reaper->stop(1s));
  EXPECT_FALSE(reaper->alive());
  co_return daemon;
}

TEST_F(ReaperTest, StoppingEndsDaemonsTooAndRemovesTheDirectory) {
  const std::string directory = marked_directory();
  std::filesystem::create_directories(directory + "/a/b");
  std::ofstream(directory + "/a/b/c") << "c";
  const auto daemon = loop_.run(stop_with_a_daemon(loop_, directory));
  ASSERT_TRUE(daemon) << daemon.error().to_string();
  EXPECT_FALSE(runs(*daemon));
  EXPECT_FALSE(std::filesystem::exists(directory));
}

Task<Result<pid_t>> forget_a_daemon(Loop& loop, std::string directory) {
  CO_TRY(auto reaper, Reaper::start(loop, directory));
  co_return co_await start_a_daemon(loop, *reaper);
}

TEST_F(ReaperTest, DestroyingItKillsEverythingAtOnce) {
  const std::string directory = marked_directory();
  const auto daemon = loop_.run(forget_a_daemon(loop_, directory));
  ASSERT_TRUE(daemon) << daemon.error().to_string();
  EXPECT_FALSE(runs(*daemon));
  EXPECT_FALSE(std::filesystem::exists(directory));
}

Task<Result<>> kill_the_reaper(Loop& loop) {
  CO_TRY(auto reaper, Reaper::start(loop, ""));
  CO_TRY(auto child, co_await reaper->spawn(shell("sleep 1000"), loop.in(5s)));
  ::kill(reaper->pid(), SIGKILL);
  const Result<ExitStatus> status = co_await child->wait(loop.in(5s));
  EXPECT_FALSE(status);
  EXPECT_FALSE(reaper->alive());
  const auto end = co_await child->output().line(loop.in(5s));
  EXPECT_TRUE(end && !*end);  // the child died too
  const auto next = co_await reaper->spawn(shell("true"), loop.in(5s));
  EXPECT_FALSE(next);
  co_return Result<>{};
}

TEST_F(ReaperTest, AKilledReaperIsNoticedAndTakesItsChildrenAlong) {
  const auto out = loop_.run(kill_the_reaper(loop_));
  EXPECT_TRUE(out) << out.error().to_string();
}

Task<Result<size_t>> start_many(Loop& loop) {
  CO_TRY(auto reaper, Reaper::start(loop, ""));
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < 50; ++i) {
    CO_TRY(auto child, co_await reaper->spawn(shell("exit 7"), loop.in(5s)));
    children.push_back(std::move(child));
  }
  size_t sevens = 0;
  for (auto& child : children) {
    CO_TRY(const ExitStatus status, co_await child->wait(loop.in(5s)));
    sevens += status.code == 7;
  }
  co_return sevens;
}

TEST_F(ReaperTest, ManyChildrenEndEachWithItsStatus) {
  const auto sevens = loop_.run(start_many(loop_));
  ASSERT_TRUE(sevens) << sevens.error().to_string();
  EXPECT_EQ(*sevens, 50U);
}

}  // namespace
}  // namespace peregrine::io
