#include "play/alignment.h"

#include <gtest/gtest.h>

namespace peregrine::play {
namespace {

using Pairs = std::vector<std::pair<size_t, size_t>>;

TEST(Alignment, FindsTheMostPairsInOrder) {
  EXPECT_EQ(align({{0}, {1}, {2}}, 3), (Pairs{{0, 0}, {1, 1}, {2, 2}}));
  EXPECT_EQ(align({{}, {0}, {1}}, 2), (Pairs{{1, 0}, {2, 1}}));
  EXPECT_EQ(align({{0}, {2}}, 3), (Pairs{{0, 0}, {1, 2}}));
  EXPECT_EQ(align({{2}, {0}, {1}}, 3), (Pairs{{1, 0}, {2, 1}}));
  EXPECT_EQ(align({{0, 1}, {0, 1}}, 2), (Pairs{{0, 0}, {1, 1}}));
  EXPECT_EQ(align({}, 2), Pairs{});
  EXPECT_EQ(align({{}, {}}, 0), Pairs{});
}

}  // namespace
}  // namespace peregrine::play
