#include "system/resources.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <thread>

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;

// A process that does this, then waits until the test ends. Made once it has done it.
class Child {
 public:
  explicit Child(const std::function<void()>& work) {
    int done[2];
    if (pipe(done) != 0) return;
    pid_ = fork();
    if (pid_ == 0) {
      close(done[0]);
      setpgid(0, 0);
      work();
      (void)!write(done[1], "x", 1);  // it stays open in all that it has started
      for (;;) pause();
    }
    setpgid(pid_, pid_);
    close(done[1]);
    char byte = 0;
    (void)!read(done[0], &byte, 1);
    close(done[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ <= 0) return;
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

void compute(std::chrono::milliseconds span) {
  timespec used{};
  do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  while (std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec) < span);
}

void touch(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(memory, 1, bytes);
}

void open_files(int count) {
  for (int i = 0; i < count; ++i) (void)open("/dev/null", O_RDONLY);
}

Resources measured(pid_t pid) {
  const auto all = ResourceSampler({pid}).sample();
  EXPECT_TRUE(all.at(0));
  return all.at(0).value_or(Resources());
}

TEST(ResourceSamplerTest, TellsWhatOneProcessTakes) {
  const Child idle([] {});
  const Child busy([] {
    touch(32 << 20);
    open_files(50);
    std::thread([] { pause(); }).detach();
    std::thread([] { pause(); }).detach();
    compute(300ms);
  });
  const Resources before = measured(idle.pid());
  const Resources after = measured(busy.pid());
  EXPECT_EQ(before.processes, 1U);
  EXPECT_EQ(before.threads, 1U);
  EXPECT_LT(before.cpu, 200ms);
  EXPECT_EQ(after.threads, 3U);
  EXPECT_GE(after.cpu, 280ms);
  EXPECT_GE(after.memory_bytes, before.memory_bytes + (30U << 20));
  EXPECT_LE(after.memory_bytes, before.memory_bytes + (50U << 20));
  ASSERT_TRUE(before.descriptors);
  ASSERT_TRUE(after.descriptors);
  EXPECT_EQ(*after.descriptors, *before.descriptors + 50);
}

TEST(ResourceSamplerTest, ATreeIsAllThatItHasStarted) {
  const Child one([] {});
  const Child tree([] {
    if (fork() == 0) {
      open_files(10);
      for (;;) pause();
    }
    if (const pid_t ended = fork(); ended == 0) {
      compute(200ms);
      _exit(0);
    } else {
      waitpid(ended, nullptr, 0);
    }
    usleep(20'000);
  });
  const Resources alone = measured(one.pid());
  const Resources both = measured(tree.pid());
  EXPECT_EQ(both.processes, 2U);
  EXPECT_EQ(both.threads, 2U);
  // Time of one that has ended too.
  EXPECT_GE(both.cpu, 180ms);
  EXPECT_EQ(both.descriptors.value_or(0), 2 * alone.descriptors.value_or(0) + 10);
  // What they share with each other counts once.
  EXPECT_LT(both.memory_bytes, 2 * alone.memory_bytes + (1U << 20));
}

TEST(ResourceSamplerTest, WhatASessionHasStartedOutlivesItsParentThere) {
  int to_child[2];
  ASSERT_EQ(pipe(to_child), 0);
  const Child parent([&] {
    const pid_t between = fork();
    if (between != 0) return;
    if (fork() == 0) {
      open_files(40);
      for (;;) pause();
    }
    char byte = 0;
    (void)!read(to_child[0], &byte, 1);
    _exit(0);
  });
  ResourceSampler sampler({parent.pid()});
  const auto sampled = [&](uint64_t processes) {
    for (int i = 0; i < 2000; ++i) {
      const auto now = sampler.sample().at(0);
      if (now && now->processes == processes && now->descriptors > 40) return true;
      usleep(1000);
    }
    return false;
  };
  EXPECT_TRUE(sampled(3));
  ASSERT_EQ(write(to_child[1], "x", 1), 1);
  EXPECT_TRUE(sampled(2));
  close(to_child[0]);
  close(to_child[1]);
}

TEST(ResourceSamplerTest, ThereIsNothingToSayOfNoProcess) {
  pid_t gone = 0;
  {
    const Child child([] {});
    gone = child.pid();
  }
  ResourceSampler sampler({gone, getpid()});
  const auto all = sampler.sample();
  EXPECT_FALSE(all.at(0));
  EXPECT_TRUE(all.at(1));
}

}  // namespace
}  // namespace peregrine::system
