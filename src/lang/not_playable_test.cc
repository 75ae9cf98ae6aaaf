#include "lang/not_playable.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

TEST(NotPlayable, IsASentence) {
  const NotPlayable mail{{nullptr, 12, 5, 4}, "the verb `mail`"};
  EXPECT_EQ(mail.message(), "the verb `mail` cannot be played by this version yet");
  EXPECT_EQ(reason_not_to_play({mail}), "line 12: " + mail.message());
}

TEST(NotPlayable, WhatAnotherTrialAsksForKeepsNobodyFromPlaying) {
  const NotPlayable race{{nullptr, 2, 1, 4}, "`race`", false};
  const NotPlayable clock{{nullptr, 7, 3, 5}, "the verb `clock`"};
  EXPECT_EQ(first_needed({}), nullptr);
  EXPECT_EQ(first_needed({race}), nullptr);
  EXPECT_EQ(reason_not_to_play({race}), "");
  EXPECT_EQ(reason_not_to_play({race, clock}).substr(0, 8), "line 7: ");
}

}  // namespace
}  // namespace peregrine::lang
