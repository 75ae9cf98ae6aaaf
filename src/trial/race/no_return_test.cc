#include "trial/race/no_return.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "trial/race/program_fixture.h"

namespace peregrine::trial {
namespace {

using Falls = std::function<bool(const std::string& done)>;

struct Point {
  size_t choices = 0, orders = 0;
  size_t further = 0;  // orders that were played to find it
  bool operator==(const Point&) const = default;
};

Point find(const Program& program, const Choices& fell, const std::vector<Choices>& held,
           Search::Options options, const Falls& falls) {
  std::string done;
  const Reached reached = program.reached();
  const Trace trace = program.play(fell, done);
  EXPECT_TRUE(falls(done)) << done;
  NoReturn search(trace, held, options, reached);
  size_t further = 0;
  while (const auto choices = search.next()) {
    std::string other;
    const Trace played = program.play(*choices, other);
    search.tell(played, !falls(other));
    ++further;
  }
  return {search.choices(), search.orders(), further};
}

// Both read before one of them writes.
bool loses_update(const std::string& done) {
  const size_t first_write = std::min(done.find("0X"), done.find("1X"));
  return std::max(done.find("0x"), done.find("1x")) < first_write;
}

TEST(NoReturn, OfALostUpdateIsTheSecondReading) {
  const Program program{{"xX", "xX"}};
  const Point point{.choices = 2, .orders = 2, .further = 1};
  EXPECT_EQ(find(program, {0, 1, 1, 0}, {{0, 0, 1, 1}}, {2}, loses_update), point);
  // What has held shows where it is without being played again.
  const Point without{.choices = 2, .orders = 2, .further = 2};
  EXPECT_EQ(find(program, {0, 1, 1, 0}, {}, {2}, loses_update), without);
}

TEST(NoReturn, MayComeAfterThePreemption) {
  const auto falls = [](const std::string& done) {
    return done.find("0x") < done.find("1X") && done.find("1X") < done.find("0X");
  };
  const Program program{{"aaxX", "xX"}};
  const Point point = find(program, {0, 0, 0, 1, 1, 0}, {{0, 0, 0, 0, 1, 1}}, {2}, falls);
  EXPECT_EQ(point.choices, 5U);
  EXPECT_EQ(point.orders, 1U);
}

TEST(NoReturn, MayBeTheFirstChoice) {
  const auto falls = [](const std::string& done) { return done.starts_with("0"); };
  const Program program{{"xX", "xX"}};
  const Point point = find(program, {0, 0, 1, 1}, {}, {2, true, false}, falls);
  EXPECT_EQ(point.choices, 1U);
  EXPECT_EQ(point.orders, 3U);  // each that begins so
}

TEST(NoReturn, IsBeforeAllWhereNoOrderHolds) {
  const auto falls = [](const std::string&) { return true; };
  const Program program{{"xX", "xX"}};
  EXPECT_EQ(find(program, {0, 0, 1, 1}, {}, {2, true, false}, falls),
            (Point{.choices = 0, .orders = 6, .further = 5}));
  // Who of them begins makes no difference.
  EXPECT_EQ(find(program, {0, 0, 1, 1}, {}, {2, true, true}, falls),
            (Point{.choices = 0, .orders = 3, .further = 2}));
}

TEST(NoReturn, PlaysNoMorePreemptionsThanASearch) {
  const auto falls = [](const std::string& done) { return done != "0x1x0X1X"; };
  const Program program{{"xX", "xX"}};
  // It takes a second preemption to come to what holds.
  EXPECT_EQ(find(program, {0, 1, 1, 0}, {{0, 0, 1, 1}}, {1}, falls).choices, 2U);
  EXPECT_EQ(find(program, {0, 1, 1, 0}, {{0, 0, 1, 1}}, {2}, falls).choices, 3U);
}

// Against all orders there are.
TEST(NoReturn, IsTheFirstChoiceBehindWhichAllFall) {
  const Program program{{"axX", "xXb", "X"}};
  const auto falls = [](const std::string& done) {
    return done.find("0x") < done.find("1X") && done.find("2X") < done.find("0X");
  };
  std::map<Choices, bool> all;
  std::string each = "0001112";
  do {
    Choices choices;
    for (const char one : each) choices.push_back(static_cast<size_t>(one - '0'));
    std::string done;
    (void)program.play(choices, done);
    all.emplace(choices, falls(done));
  } while (std::ranges::next_permutation(each).found);
  EXPECT_EQ(all.size(), 140U);
  size_t fallen = 0;
  for (const auto& [fell, falls_so] : all) {
    if (!falls_so) continue;
    ++fallen;
    Point expected;
    for (size_t n = fell.size() + 1; n-- > 0;) {
      size_t begin_so = 0, hold = 0;
      for (const auto& [other, other_falls] : all) {
        if (!std::equal(fell.begin(), fell.begin() + static_cast<ptrdiff_t>(n), other.begin())) {
          continue;
        }
        ++begin_so;
        hold += other_falls ? 0 : 1;
      }
      if (hold > 0) break;
      expected = {.choices = n, .orders = begin_so};
    }
    const Point found = find(program, fell, {}, {10, false, false}, falls);
    EXPECT_EQ(found.choices, expected.choices);
    EXPECT_EQ(found.orders, expected.orders);
  }
  EXPECT_GT(fallen, 20U);
}

}  // namespace
}  // namespace peregrine::trial
