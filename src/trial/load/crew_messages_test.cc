#include "trial/load/crew_messages.h"

#include <gtest/gtest.h>

namespace peregrine::trial::crew {
namespace {

using namespace std::chrono_literals;
using base::Instant;

SecondMeasured a_second() {
  SecondMeasured second{.playing = 7, .cpu = 1ms, .rss_bytes = 5 << 20};
  second.plays = {1, 2, 3, 4, 5, 6};
  second.plays.times.add(3ms, 9);
  second.slice.number = 12;
  second.slice.latency.add(1us);
  second.slice.slice = {12s, 1s, false, 10, 11, 12, 13};
  return second;
}

// One of each kind, with nothing left as it is made.
std::vector<Word> words() {
  StepMeasured step{.index = 3};
  step.step.ended = 1;
  step.step.lost = 2;
  step.step.failed = 3;
  step.step.times.add(Instant(1ms), Instant(3ms), Instant(7ms));
  base::Histogram lag;
  lag.add(8us, 100);
  return {step, FailuresMeasured{{"status 503", 4, {"The first: no", "The second: no"}}},
          a_second(), Told{1, base::Map{{"won", true}, {"id", 7}}}, Ended{5, {1, 0, 3000}, lag}};
}

TEST(CrewMessages, AreReadAsTheyWereWritten) {
  for (const Word& word : words()) {
    const std::string bytes = encode(word);
    const auto back = decode_word(bytes);
    ASSERT_TRUE(back) << word.index();
    EXPECT_EQ(back->index(), word.index());
    EXPECT_EQ(encode(*back), bytes) << "no field is left out in one direction";
  }
  const SecondMeasured second = a_second();
  const auto back = std::get<SecondMeasured>(*decode_word(encode(Word(second))));
  EXPECT_EQ(back.plays.looked, 6U);
  EXPECT_EQ(back.plays.times.to_text(), second.plays.times.to_text());
  EXPECT_EQ(back.slice.slice.users, 13U);
  EXPECT_FALSE(back.slice.slice.counted);
  EXPECT_EQ(back.slice.slice.begin, 12s);
  for (const Order& order : {Order(Begin{Instant(5ns)}), Order(Stop{Instant(-1ns)})}) {
    const auto again = decode_order(encode(order));
    ASSERT_TRUE(again);
    EXPECT_EQ(encode(*again), encode(order));
  }
}

TEST(CrewMessages, WhatIsNoneIsRefused) {
  for (const Word& word : words()) {
    const std::string bytes = encode(word);
    for (size_t length = 0; length < bytes.size(); ++length) {
      EXPECT_FALSE(decode_word(bytes.substr(0, length))) << word.index() << " of " << length;
    }
    EXPECT_FALSE(decode_word(bytes + "x"));
  }
  EXPECT_FALSE(decode_word("\x63"));
  EXPECT_FALSE(decode_order(""));
}

}  // namespace
}  // namespace peregrine::trial::crew
