#include "play/pairing.h"

#include <gtest/gtest.h>

namespace peregrine::play {
namespace {

using Partners = std::vector<std::optional<size_t>>;

TEST(PairingTest, WhoFitsSeveralGivesWay) {
  EXPECT_EQ(pair({{0, 1, 2}, {0, 1}, {0}}, 3).partner, (Partners{2, 1, 0}));
}

TEST(PairingTest, WhatIsLeftIsTold) {
  const Pairing pairing = pair({{0}, {0}}, 2);
  EXPECT_EQ(pairing.partner, (Partners{0, std::nullopt}));
  EXPECT_EQ(pairing.taken, (std::vector<bool>{true, false}));
  EXPECT_EQ(pair({}, 1).taken, std::vector<bool>{false});
  EXPECT_EQ(pair({{}}, 0).partner, Partners{std::nullopt});
}

}  // namespace
}  // namespace peregrine::play
