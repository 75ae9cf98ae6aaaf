#include "io/timers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "base/random.h"

namespace peregrine::io::detail {
namespace {

using base::Duration;
using base::Instant;
using namespace std::chrono_literals;

constexpr Instant kBegin{1'000h};

struct Alarm final : Timer {
  using Timer::Timer;
};

// All that are due at `now`, in the order in which they are given.
std::vector<Instant> take_due(Timers& timers, Instant now) {
  std::vector<Instant> taken;
  while (Timer* due = timers.due(now)) {
    taken.push_back(due->at());
    timers.remove(*due);
  }
  return taken;
}

TEST(TimersTest, NoneIsDueWhereThereIsNone) {
  Timers timers(kBegin);
  EXPECT_TRUE(timers.empty());
  EXPECT_EQ(timers.next(), Instant::max());
  EXPECT_EQ(timers.due(kBegin + 1'000h), nullptr);
}

TEST(TimersTest, NearAndFarOnesComeInTheirOrderAtTheirInstants) {
  Timers timers(kBegin);
  const std::vector<Duration> spans = {0ns, 1ns, 100ms, 1s, 67s, 68s, 69s, 1h, 1'000h};
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (size_t i = spans.size(); i-- > 0;) {
    alarms.push_back(std::make_unique<Alarm>(kBegin + spans[i]));
    timers.add(*alarms.back());
  }
  for (const Duration span : spans) {
    const Instant at = kBegin + span;
    EXPECT_EQ(timers.due(at - 1ns), nullptr) << span.count();
    EXPECT_LE(timers.next(), at);
    EXPECT_EQ(take_due(timers, at), std::vector{at}) << span.count();
  }
  EXPECT_TRUE(timers.empty());
}

TEST(TimersTest, WhoeverWaitsForTheNextWakesAtEachInTime) {
  Timers timers(kBegin);
  Alarm alarm(kBegin + 10s);
  timers.add(alarm);
  Instant now = kBegin;
  int wakes = 0;
  while (!timers.due(now)) {
    ASSERT_GT(timers.next(), now);
    now = timers.next();
    ASSERT_LT(++wakes, 100);
  }
  EXPECT_EQ(now, kBegin + 10s);
  timers.remove(alarm);
}

TEST(TimersTest, ALongStandstillLosesNone) {
  Timers timers(kBegin);
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 1; i <= 100; ++i) {
    alarms.push_back(std::make_unique<Alarm>(kBegin + i * 1s));
    timers.add(*alarms.back());
  }
  EXPECT_EQ(take_due(timers, kBegin + 500s).size(), 100U);
  Alarm later(kBegin + 501s);
  timers.add(later);
  EXPECT_EQ(timers.due(kBegin + 500s), nullptr);
  EXPECT_EQ(timers.due(kBegin + 501s), &later);
  timers.remove(later);
}

// The wheel has 256 lists of 2^28 ns each.
TEST(TimersTest, ThoseAtTheEdgesOfTheWheelComeInTheirOrder) {
  constexpr Duration kSlot{int64_t{1} << 28};
  for (const Duration begin : {Duration{0}, -kSlot, 3 * kSlot, Duration{7}}) {
    Timers timers(kBegin + begin);
    std::vector<std::unique_ptr<Alarm>> alarms;
    std::vector<Instant> expected;
    for (const int64_t slots : {1, 255, 256, 257, 512}) {
      for (const Duration beside : {Duration{-1}, Duration{0}, Duration{1}}) {
        expected.push_back(kBegin + slots * kSlot + beside);
        alarms.push_back(std::make_unique<Alarm>(expected.back()));
      }
    }
    for (auto alarm = alarms.rbegin(); alarm != alarms.rend(); ++alarm) timers.add(**alarm);
    std::vector<Instant> taken;
    for (const Instant at : expected) {
      EXPECT_EQ(timers.due(at - 1ns), nullptr);
      for (const Instant each : take_due(timers, at)) taken.push_back(each);
    }
    EXPECT_EQ(taken, expected);
    EXPECT_TRUE(timers.empty());
  }
}

TEST(TimersTest, OfOneListTheFirstTheLastAndOneBetweenCanBeTakenAwayAndSetAgain) {
  Timers timers(kBegin);
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (int i = 0; i < 5; ++i) {
    alarms.push_back(std::make_unique<Alarm>(kBegin + 10s + i * 1ns));
    timers.add(*alarms.back());
  }
  for (const size_t i : {0U, 4U, 2U}) timers.remove(*alarms[i]);
  timers.add(*alarms[2]);
  const std::vector<Instant> left = {alarms[1]->at(), alarms[2]->at(), alarms[3]->at()};
  EXPECT_EQ(take_due(timers, kBegin + 11s), left);
}

// Against a sorted map, with what loads do: most are taken away before they are due.
TEST(TimersTest, AsASortedMapDoes) {
  base::Random random = base::Random::stream(7, "timers");
  Timers timers(kBegin);
  std::multimap<Instant, std::unique_ptr<Alarm>> set;
  Instant now = kBegin;
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t what = random.below(10);
    if (what < 5) {
      const Duration span(random.between(0, random.below(4) == 0 ? 200'000'000'000 : 900'000'000));
      const auto at = set.emplace(now + span, std::make_unique<Alarm>(now + span));
      timers.add(*at->second);
    } else if (what < 9 && !set.empty()) {
      const auto one = std::next(
          set.begin(), static_cast<int64_t>(random.below(std::min<uint64_t>(set.size(), 50))));
      timers.remove(*one->second);
      EXPECT_FALSE(one->second->is_set());
      set.erase(one);
    } else {
      now += Duration(random.between(0, 30'000'000));
      while (!set.empty() && set.begin()->first <= now) {
        Timer* due = timers.due(now);
        ASSERT_NE(due, nullptr);
        ASSERT_EQ(due->at(), set.begin()->first);
        timers.remove(*due);
        std::erase_if(set, [&](const auto& entry) { return entry.second.get() == due; });
      }
      ASSERT_EQ(timers.due(now), nullptr);
    }
    ASSERT_EQ(timers.empty(), set.empty());
    if (!set.empty()) {
      ASSERT_LE(timers.next(), set.begin()->first);
    }
  }
  for (auto& [at, alarm] : set) timers.remove(*alarm);
}

}  // namespace
}  // namespace peregrine::io::detail
