#include "base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.h"

namespace peregrine::base {
namespace {

using namespace std::chrono_literals;

TEST(Histogram, Empty) {
  const Histogram none;
  EXPECT_TRUE(none.empty());
  EXPECT_EQ(none.at(0.99), 0ns);
  EXPECT_EQ(none.mean(), 0ns);
  EXPECT_EQ(none.most(), 0ns);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram some;
  for (int i = 1; i <= 100; ++i) some.add(Duration(i));
  EXPECT_EQ(some.count(), 100u);
  EXPECT_EQ(some.at(0.5), 50ns);
  EXPECT_EQ(some.at(0.99), 99ns);
  EXPECT_EQ(some.at(1), 100ns);
  EXPECT_EQ(some.at(0), 1ns);
  EXPECT_EQ(some.mean(), 50ns);
}

// Against the sorted values themselves, over nine decades.
TEST(Histogram, PercentilesAreWithinAFifthOfAPercent) {
  Random random(7);
  std::vector<int64_t> all;
  Histogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    const int64_t scale = int64_t{1} << random.below(38);
    const int64_t value = random.between(scale, 2 * scale);
    all.push_back(value);
    histogram.add(Duration(value));
  }
  std::ranges::sort(all);
  for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(share * static_cast<double>(all.size()) + 0.5);
    const auto truth = static_cast<double>(all[rank - 1]);
    EXPECT_NEAR(static_cast<double>(histogram.at(share).count()), truth, truth / 500) << share;
  }
  EXPECT_EQ(histogram.most().count(), all.back());
  EXPECT_EQ(histogram.least().count(), all.front());
}

TEST(Histogram, OutOfRangeIsCounted) {
  Histogram odd;
  odd.add(-5ns);
  odd.add(Duration::max());
  EXPECT_EQ(odd.count(), 2u);
  EXPECT_EQ(odd.least(), 0ns);
  EXPECT_EQ(odd.most(), Histogram::kLongest);
}

TEST(Histogram, MergedIsTheSameAsAddedToOne) {
  Histogram one, two, both;
  for (int i = 0; i < 1000; ++i) {
    const Duration value = i * 37us;
    (i % 3 == 0 ? one : two).add(value);
    both.add(value);
  }
  one.merge(two);
  EXPECT_EQ(one.to_text(), both.to_text());
}

TEST(Histogram, LongerThan) {
  Histogram some;
  some.add(10ms, 7);
  some.add(30ms, 3);
  EXPECT_EQ(some.longer_than(20ms), 3u);
  EXPECT_EQ(some.longer_than(40ms), 0u);
  EXPECT_EQ(some.longer_than(-1ns), 10u);
}

TEST(Histogram, TextIsReadAgain) {
  Histogram some;
  some.add(1ms, 5);
  some.add(3s);
  const auto again = Histogram::from_text(some.to_text());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->to_text(), some.to_text());
  EXPECT_EQ(again->mean(), some.mean());
  EXPECT_EQ(again->at(0.5), some.at(0.5));
}

TEST(Histogram, PackedIsReadAgain) {
  Histogram some;
  for (int i = 0; i < 1000; ++i) some.add(i * i * 41us);
  some.add(Histogram::kLongest);
  Packer packer;
  Histogram().pack(packer);
  some.pack(packer);
  const std::string bytes = packer.take();
  Unpacker from(bytes);
  EXPECT_TRUE(Histogram::unpack(from).empty());
  EXPECT_EQ(Histogram::unpack(from).to_text(), some.to_text());
  EXPECT_TRUE(from.complete());
  for (size_t length = 0; length < bytes.size(); ++length) {
    Unpacker cut(std::string_view(bytes).substr(0, length));
    (void)Histogram::unpack(cut);
    (void)Histogram::unpack(cut);
    EXPECT_FALSE(cut.good()) << length;
  }
}

TEST(Histogram, WhatWasNotPackedIsRefused) {
  // A bucket beyond the last, a count of 0, least above most, a sum that cannot be.
  using Fields = std::vector<uint64_t>;
  for (const Fields& fields :
       {Fields{1, 1'000'000, 1, 1, 1}, Fields{1, 3, 0, 1, 1}, Fields{1, 3, 1, 5, 2},
        Fields{1, 3, 1, 1, UINT64_MAX}, Fields{2, 3, 1, UINT64_MAX, 1, 1, 1}}) {
    Packer packer;
    for (const uint64_t field : fields) packer.number(field);
    packer.real(1);
    const std::string bytes = packer.take();
    Unpacker from(bytes);
    EXPECT_TRUE(Histogram::unpack(from).empty());
    EXPECT_FALSE(from.good()) << fields[1];
  }
  Packer packer;
  for (const uint64_t field : {1, 3, 1, 3, 3}) packer.number(field);
  packer.real(1e9);
  const std::string bytes = packer.take();
  Unpacker from(bytes);
  (void)Histogram::unpack(from);
  EXPECT_FALSE(from.good());
}

TEST(Histogram, WhatIsNoHistogramIsRefused) {
  for (const char* text : {"", "1 2", "1 2 3", "5 2 3;", "1 2 x;", "1 2 3;4", "1 2 3;4:5", "a b c;",
                           "1 2 3;99999999999:1,", "1 2 3;-1:1,", "1 2 nan;1:1,", "1 2 -3;1:1,",
                           "1 2 inf;1:1,", "1 2 1e300;1:1,", "1 2 3;1:0,",
                           "1 2 3;1:18446744073709551615,", "1 2 3;1:9007199254740992,2:1,"}) {
    EXPECT_FALSE(Histogram::from_text(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace peregrine::base
