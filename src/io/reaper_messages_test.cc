#include "io/reaper_messages.h"

#include <gtest/gtest.h>

namespace peregrine::io::reaper {
namespace {

TEST(ReaperMessagesTest, ComeBackAsTheyWentAndNotWhenCut) {
  const Spawn sent{7, 1, 2, "/tmp", {"a", "", std::string("b\0c", 3)}, {"X=1"}, "in", "out"};
  const std::string bytes = encode(Request(sent));
  const auto back = decode_request(bytes);
  ASSERT_TRUE(back);
  const auto& spawn = std::get<Spawn>(*back);
  EXPECT_EQ(spawn.id, 7U);
  EXPECT_EQ(spawn.uid, 1U);
  EXPECT_EQ(spawn.gid, 2U);
  EXPECT_EQ(spawn.cwd, "/tmp");
  EXPECT_EQ(spawn.argv, sent.argv);
  EXPECT_EQ(spawn.env, sent.env);
  EXPECT_EQ(spawn.input_file, "in");
  EXPECT_EQ(spawn.output_file, "out");
  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(decode_request(std::string_view(bytes).substr(0, n))) << n;
  }
  EXPECT_FALSE(decode_request(bytes + "x"));
}

TEST(ReaperMessagesTest, NumbersMayBeNegative) {
  const auto kill = decode_request(encode(Request(Kill{-1, 9})));
  ASSERT_TRUE(kill);
  EXPECT_EQ(std::get<Kill>(*kill).pid, -1);
  const auto ended = decode_event(encode(Event(Ended{5, 255, 0})));
  ASSERT_TRUE(ended);
  EXPECT_EQ(std::get<Ended>(*ended).code, 255);
}

TEST(ReaperMessagesTest, WhatIsNoMessageIsNone) {
  EXPECT_FALSE(decode_request("\x09"));
  // NotStarted with a text longer than what comes.
  EXPECT_FALSE(decode_event(std::string("\1\0\0\0\0\0\0\0\0\xff\xff\xff\xff", 13)));
}

}  // namespace
}  // namespace peregrine::io::reaper
