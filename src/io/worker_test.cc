#include "io/worker.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <memory>

#include "io/scope.h"
#include "io/thread_pool.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using Message = std::optional<std::string>;

class WorkerTest : public testing::Test {
 protected:
  std::unique_ptr<Loop> owned_ = *Loop::create();
  Loop& loop_ = *owned_;
};

// A process that has ended but was not collected still has a number, but does not run.
bool runs(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(file, line)) return false;
  const char state = line[line.rfind(')') + 2];
  return state != 'Z' && state != 'X';
}

bool ends(pid_t pid) {
  for (int i = 0; i < 5000 && runs(pid); ++i) usleep(1000);
  return !runs(pid);
}

// Answers each message with it twice, until there are no more.
Task<void> echo(Loop& loop, Channel& channel) {
  for (;;) {
    const Result<Message> message = co_await channel.receive(loop.in(10s));
    if (!message || !*message) co_return;
    if (!co_await channel.send(**message + **message, loop.in(10s))) co_return;
  }
}

Task<Result<std::string>> asked(Loop& loop, Worker& worker, std::string message) {
  CO_TRY_OK(co_await worker.channel().send(std::move(message), loop.in(10s)));
  CO_TRY(Message answer, co_await worker.channel().receive(loop.in(10s)));
  co_return answer.value_or("nothing");
}

Task<Result<std::string>> ask_echo(Loop& loop, std::string message) {
  CO_TRY(auto worker, co_await Worker::start(loop, echo, loop.in(10s)));
  co_return co_await asked(loop, *worker, std::move(message));
}

TEST_F(WorkerTest, WorksInAProcessOfItsOwn) {
  EXPECT_EQ(*loop_.run(ask_echo(loop_, "a")), "aa");
  EXPECT_EQ(*loop_.run(ask_echo(loop_, "")), "");
  const std::string much(5 << 20, 'x');
  EXPECT_EQ(*loop_.run(ask_echo(loop_, much)), much + much);
}

TEST_F(WorkerTest, AMessageHasABound) {
  const auto answer = loop_.run(ask_echo(loop_, std::string(Channel::kLongest + 1, 'x')));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::limit);
}

Task<Result<ExitStatus>> end_of(Loop& loop, Worker::Work work) {
  CO_TRY(auto worker, co_await Worker::start(loop, std::move(work), loop.in(10s)));
  CO_TRY(Message message, co_await worker->channel().receive(loop.in(10s)));
  EXPECT_FALSE(message.has_value());
  co_return co_await worker->wait(loop.in(10s));
}

Task<void> do_nothing(Loop&, Channel&) { co_return; }
Task<void> be_killed(Loop&, Channel&) {
  raise(SIGKILL);
  co_return;
}

TEST_F(WorkerTest, TellsHowItEnded) {
  EXPECT_TRUE(loop_.run(end_of(loop_, do_nothing))->ok());
  EXPECT_EQ(loop_.run(end_of(loop_, be_killed))->to_string(), "was ended by SIGKILL");
}

Task<void> hold_nothing(Loop& loop, int read_end, int write_end, bool& at_end) {
  auto worker = co_await Worker::start(loop, echo, loop.in(10s));
  EXPECT_TRUE(worker);
  if (!worker) co_return;
  EXPECT_TRUE(co_await asked(loop, **worker, "it is up"));
  close(write_end);
  char byte = 0;
  at_end = read(read_end, &byte, 1) == 0;
}

TEST_F(WorkerTest, HoldsNoDescriptorThatWasThereBefore) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  bool at_end = false;
  loop_.run(hold_nothing(loop_, ends[0], ends[1], at_end));
  EXPECT_TRUE(at_end);
  close(ends[0]);
}

Task<pid_t> start_and_leave(Loop& loop) {
  auto worker = co_await Worker::start(loop, echo, loop.in(10s));
  EXPECT_TRUE(worker);
  co_return worker ? (*worker)->pid() : -1;
}

TEST_F(WorkerTest, IsGoneWhenItsOwnerIs) {
  const pid_t pid = loop_.run(start_and_leave(loop_));
  ASSERT_GT(pid, 0);
  EXPECT_NE(kill(pid, 0), 0) << "it has been collected too";
}

Task<void> sleep_on(Loop& loop, Channel&) { (void)co_await loop.sleep(1h); }
Task<void> start_and_die(Loop& loop, int tell) {
  auto worker = co_await Worker::start(loop, sleep_on, loop.in(10s));
  const pid_t pid = worker ? (*worker)->pid() : -1;
  (void)!write(tell, &pid, sizeof pid);
  _exit(0);
}

TEST_F(WorkerTest, EndsWithAProcessThatDies) {
  std::array<int, 2> tell{};
  ASSERT_EQ(pipe(tell.data()), 0);
  const pid_t middle = fork();
  if (middle == 0) {
    auto loop = Loop::create();
    (*loop)->run(start_and_die(**loop, tell[1]));
  }
  pid_t pid = -1;
  ASSERT_EQ(read(tell[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  waitpid(middle, nullptr, 0);
  ASSERT_GT(pid, 0);
  EXPECT_TRUE(ends(pid));
  close(tell[0]);
  close(tell[1]);
}

Task<Result<int>> answer_of_thread(Loop& loop) {
  co_return co_await loop.pool().run([] { return 7; }, loop.in(10s));
}
Task<void> use_threads(Loop& loop, Channel& channel) {
  const Result<int> answer = co_await answer_of_thread(loop);
  (void)co_await channel.send(std::to_string(answer.value_or(0)), loop.in(10s));
}
Task<std::string> use_threads_on_both_sides(Loop& loop) {
  EXPECT_EQ(*co_await answer_of_thread(loop), 7);
  auto worker = co_await Worker::start(loop, use_threads, loop.in(10s));
  if (!worker) co_return worker.error().to_string();
  const Result<Message> answer = co_await (*worker)->channel().receive(loop.in(10s));
  EXPECT_EQ(*co_await answer_of_thread(loop), 7);
  co_return answer && *answer ? **answer : "nothing";
}

TEST_F(WorkerTest, HasThreadsOfItsOwn) {
#if __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the thread sanitizer lets a copy of a process with threads start none";
#endif
  EXPECT_EQ(loop_.run(use_threads_on_both_sides(loop_)), "7");
}

Task<void> start_beside_a_busy_thread(Loop& loop, int read_end, int write_end) {
  Scope scope(loop);
  const auto blocks = [read_end] {
    char byte = 0;
    return read(read_end, &byte, 1) == 1;
  };
  EXPECT_TRUE(loop.pool().post(blocks));
  const auto too_early = co_await Worker::start(loop, do_nothing, loop.in(20ms));
  EXPECT_FALSE(too_early);
  if (!too_early) EXPECT_EQ(too_early.error().code, Code::timeout);
  (void)!write(write_end, "x", 1);
  EXPECT_TRUE(co_await Worker::start(loop, do_nothing, loop.in(10s)));
}

TEST_F(WorkerTest, IsNotStartedWhileAThreadIsBusy) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  loop_.run(start_beside_a_busy_thread(loop_, ends[0], ends[1]));
  for (const int end : ends) close(end);
}

}  // namespace
}  // namespace peregrine::io
