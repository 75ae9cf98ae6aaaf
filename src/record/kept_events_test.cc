#include "record/kept_events.h"

#include <gtest/gtest.h>

namespace peregrine::record {
namespace {

using namespace std::chrono_literals;

Event log_line(std::string text, base::Instant at = {}) {
  return {at, Event::Kind::log, "api", std::move(text), "", "", false};
}

TEST(KeptEvents, AreTheLastOfThePlay) {
  Timeline timeline;
  timeline.add(log_line("before it", base::Instant{1s}));
  for (size_t i = 0; i < EventKeeper::kMostOfPlay + 5; ++i) {
    timeline.add(log_line(std::to_string(i), base::Instant{2s}));
  }
  const KeptEvents kept = EventKeeper().keep(timeline, base::Instant{2s});
  ASSERT_EQ(kept.events.size(), EventKeeper::kMostOfPlay);
  EXPECT_EQ(kept.events.front().text, "5");
  EXPECT_EQ(kept.earlier, 6U);
}

TEST(KeptEvents, TakeNoMoreThanAPlayMay) {
  Timeline timeline;
  const std::string long_text(Timeline::kMostBytesOfText, 'x');
  for (int i = 0; i < 100; ++i) timeline.add(log_line(long_text));
  const KeptEvents kept = EventKeeper().keep(timeline, {});
  EXPECT_LT(kept.events.size(), 64U);
  EXPECT_GT(kept.events.size(), 60U);
  EXPECT_EQ(kept.earlier + kept.events.size(), 100U);
}

TEST(KeptEvents, EndWhenTheRunHasNoRoomLeft) {
  Timeline timeline;
  const std::string long_text(Timeline::kMostBytesOfText, 'x');
  for (int i = 0; i < 64; ++i) timeline.add(log_line(long_text));
  EventKeeper keeper;
  size_t plays = 0;
  while (!keeper.keep(timeline, {}).events.empty() && plays < 1'000) ++plays;
  EXPECT_GT(plays, 120U);
  EXPECT_LT(plays, 140U);
  EXPECT_EQ(keeper.keep(timeline, {}).earlier, 64U);
}

TEST(KeptEvents, HaveThePicturesOfThePlay) {
  Timeline timeline;
  for (size_t i = 0; i < Timeline::kMostPictures + 1; ++i) {
    timeline.add_picture({.at = base::Instant{1s}, .name = std::to_string(i), .jpeg = "x"});
  }
  KeptEvents kept = EventKeeper().keep(timeline, {});
  ASSERT_EQ(kept.pictures.size(), Timeline::kMostPictures);
  EXPECT_EQ(kept.pictures.back().name, "49");
  ASSERT_EQ(kept.events.size(), 1U);
  EXPECT_EQ(kept.events[0].text, "a picture is left out, for there are too many: 50");
  timeline.clear();
  EXPECT_EQ(EventKeeper().keep(timeline, {}).pictures.size(), 0U);
}

TEST(KeptEvents, HaveNoMorePicturesThanTheRunHasRoomFor) {
  Timeline timeline;
  const std::string large(Timeline::kMostBytesOfPictures / 2, 'x');
  for (const char* name : {"a", "b", "c"}) {
    timeline.add_picture({.at = base::Instant{1s}, .name = name, .jpeg = large});
  }
  EXPECT_EQ(timeline.pictures().size(), 2U);
  EventKeeper keeper;
  size_t pictures = 0;
  for (int i = 0; i < 7; ++i) pictures += keeper.keep(timeline, {}).pictures.size();
  EXPECT_EQ(pictures, 14U);
  const KeptEvents last = keeper.keep(timeline, {});
  EXPECT_EQ(last.pictures.size(), 1U);
  EXPECT_EQ(last.events.back().text, "the report has no room for more pictures");
  EXPECT_EQ(last.earlier, 0U);
}

}  // namespace
}  // namespace peregrine::record
