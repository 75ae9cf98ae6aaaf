#include "base/trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"

namespace peregrine::base {
namespace {

using Series = std::vector<Measurement>;

TEST(TrendTest, StudentsTIsThatOfTables) {
  EXPECT_NEAR(student_t_975(1), 12.706, 1e-3);
  EXPECT_NEAR(student_t_975(3), 3.182, 1e-3);
  EXPECT_NEAR(student_t_975(4), 2.776, 0.002 * 2.776);
  EXPECT_NEAR(student_t_975(10), 2.228, 1e-3);
  EXPECT_NEAR(student_t_975(30), 2.042, 1e-3);
  EXPECT_NEAR(student_t_975(598), 1.964, 1e-3);
}

// Of an often printed example: heights in m and masses in kg of fifteen women, 1975; the slope is
// 61.272, its error 1.776, and t 2.1604.
TEST(TrendTest, AKnownSlopeAndItsMargin) {
  const Series series{{1.47, 52.21}, {1.50, 53.12}, {1.52, 54.48}, {1.55, 55.84}, {1.57, 57.20},
                      {1.60, 58.57}, {1.63, 59.93}, {1.65, 61.29}, {1.68, 63.11}, {1.70, 64.47},
                      {1.73, 66.28}, {1.75, 68.10}, {1.78, 69.92}, {1.80, 72.19}, {1.83, 74.46}};
  const auto trend = trend_of(series, Residuals::independent);
  ASSERT_TRUE(trend);
  EXPECT_NEAR(trend->slope, 61.272, 0.001);
  EXPECT_NEAR(trend->margin, 1.776 * 2.1604, 0.005);
  EXPECT_TRUE(trend->rises());
  // They lie on a curve: neighbours err alike, so less is known than it seems.
  const auto careful = trend_of(series, Residuals::correlated);
  EXPECT_TRUE(!careful || careful->margin > 2 * trend->margin);
}

TEST(TrendTest, AnExactLineHasNoMargin) {
  const auto trend = trend_of(Series{{0, 1}, {1, 3}, {2, 5}, {4, 9}}, Residuals::independent);
  ASSERT_TRUE(trend);
  EXPECT_NEAR(trend->slope, 2, 1e-12);
  EXPECT_NEAR(trend->margin, 0, 1e-9);
}

TEST(TrendTest, NothingIsSaidOfTooLittle) {
  EXPECT_FALSE(trend_of(Series{}, Residuals::independent));
  EXPECT_FALSE(trend_of(Series{{0, 1}, {1, 2}}, Residuals::independent));
  EXPECT_FALSE(trend_of(Series{{1, 1}, {1, 2}, {1, 3}}, Residuals::independent));
}

TEST(TrendTest, ALevelThatStaysDoesNotRise) {
  Series series;
  for (double x = 0; x < 60; ++x) series.push_back({x, 5});
  const auto trend = trend_of(series, Residuals::correlated);
  ASSERT_TRUE(trend);
  EXPECT_FALSE(trend->rises());
}

// A level that wanders by chance has a slope almost always; that is no growth. Without the
// correction about three of four wanderings would be called a rise or a fall.
TEST(TrendTest, WanderingIsSeldomCalledATrend) {
  const uint64_t seed = 7;
  SCOPED_TRACE(seed);
  Random random(seed);
  int called = 0, plainly = 0;
  for (int round = 0; round < 200; ++round) {
    Series series;
    double level = 0;
    for (double x = 0; x < 300; ++x) {
      level = 0.8 * level + static_cast<double>(random.between(-500, 500));
      series.push_back({x, level});
    }
    const auto trend = trend_of(series, Residuals::correlated);
    const auto plain = trend_of(series, Residuals::independent);
    if (trend && std::abs(trend->slope) > trend->margin) ++called;
    if (plain && std::abs(plain->slope) > plain->margin) ++plainly;
  }
  EXPECT_LT(called, 24);
  EXPECT_GT(plainly, 2 * called);
}

}  // namespace
}  // namespace peregrine::base
