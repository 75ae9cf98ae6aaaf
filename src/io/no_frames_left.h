// For test programs: a test whose fixture has ended leaves no coroutine's frame behind. One source
// of a program includes this; from then on it holds for each of its tests.
#pragma once

#include <gtest/gtest.h>

#include "io/frames.h"

namespace peregrine::io {

class NoFramesLeft final : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo&) override { before_ = frames::alive(); }
  void OnTestEnd(const testing::TestInfo&) override {
    EXPECT_EQ(frames::alive(), before_) << "frames of coroutines are left";
  }

  static bool watch() {
    testing::UnitTest::GetInstance()->listeners().Append(new NoFramesLeft);
    return true;
  }

 private:
  size_t before_ = 0;
};

inline const bool kFramesAreWatched = NoFramesLeft::watch();

}  // namespace peregrine::io
