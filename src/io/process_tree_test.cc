#include "io/process_tree.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>

namespace peregrine::io {
namespace {

// A process that does this until the test ends.
class Child {
 public:
  explicit Child(const std::function<void()>& work) : pid_(fork()) {
    if (pid_ != 0) return;
    for (;;) work();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i) usleep(1000);
  return condition();
}

TEST(ProcessTreeTest, OneThatWaitsIsNotBusy) {
  const Child child([] { pause(); });
  EXPECT_TRUE(comes_true([&] { return !is_busy(child.pid()); }));
}

TEST(ProcessTreeTest, OneThatComputesIsBusy) {
  const Child child([] {});
  EXPECT_TRUE(is_busy(child.pid()));
}

TEST(ProcessTreeTest, NoProcessIsNotBusy) { EXPECT_FALSE(is_busy(0x7fffffff)); }

TEST(ProcessTreeTest, ATreeBeginsWithItsRoot) {
  const Child child([] { pause(); });
  const std::vector<pid_t> tree = tree_of(getpid());
  ASSERT_FALSE(tree.empty());
  EXPECT_EQ(tree.front(), getpid());
  EXPECT_NE(std::ranges::find(tree, child.pid()), tree.end());
  EXPECT_EQ(tree_of(child.pid()), std::vector<pid_t>{child.pid()});
}

}  // namespace
}  // namespace peregrine::io
