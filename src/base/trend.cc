#include "base/trend.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"

namespace peregrine::base {

namespace {

struct Line {
  double slope;
  double at_mean_x;
  double mean_x;
  double square_x;  // Sxx

  double residual(const Measurement& of) const {
    return of.y - at_mean_x - slope * (of.x - mean_x);
  }
};

std::optional<Line> line_through(std::span<const Measurement> series) {
  const auto count = static_cast<double>(series.size());
  double mean_x = 0, mean_y = 0;
  for (const Measurement& one : series) {
    mean_x += one.x;
    mean_y += one.y;
  }
  mean_x /= count;
  mean_y /= count;
  double square_x = 0, product = 0;
  for (const Measurement& one : series) {
    square_x += (one.x - mean_x) * (one.x - mean_x);
    product += (one.x - mean_x) * (one.y - mean_y);
  }
  if (!(square_x > 0)) return std::nullopt;
  return Line{product / square_x, mean_y, mean_x, square_x};
}

}  // namespace

double student_t_975(double freedom) {
  check(freedom >= 1, "Student's t has at least one degree of freedom");
  static constexpr std::array<double, 3> kExact{12.7062, 4.30265, 3.18245};
  if (freedom <= 3) {
    const auto below = static_cast<size_t>(freedom) - 1;
    const double part = freedom - std::floor(freedom);
    return part > 0 ? kExact[below] + part * (kExact[below + 1] - kExact[below]) : kExact[below];
  }
  constexpr double z = 1.959963985;
  const double z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z, z9 = z7 * z * z;
  const double first = (z3 + z) / 4;
  const double second = (5 * z5 + 16 * z3 + 3 * z) / 96;
  const double third = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384;
  const double fourth = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160;
  const double v = freedom;
  return z + first / v + second / (v * v) + third / (v * v * v) + fourth / (v * v * v * v);
}

std::optional<Trend> trend_of(std::span<const Measurement> series, Residuals residuals) {
  if (series.size() < 3) return std::nullopt;
  const auto line = line_through(series);
  if (!line) return std::nullopt;
  double squares = 0, neighbours = 0, before = 0, most = 0;
  for (size_t i = 0; i < series.size(); ++i) {
    const double residual = line->residual(series[i]);
    squares += residual * residual;
    if (i > 0) neighbours += before * residual;
    before = residual;
    most = std::max(most, std::abs(series[i].y));
  }
  // What is left by rounding errs alike too, and means nothing.
  constexpr double kRounding = 1e-12;
  if (squares <= std::pow(kRounding * most, 2) * static_cast<double>(series.size())) squares = 0;
  auto counted = static_cast<double>(series.size());
  if (residuals == Residuals::correlated && squares > 0) {
    const double r = std::clamp(neighbours / squares, 0.0, 1.0);
    counted *= (1 - r) / (1 + r);
  }
  const double freedom = counted - 2;
  if (freedom < 1) return std::nullopt;
  const double error = std::sqrt(squares / freedom / line->square_x);
  return Trend{line->slope, student_t_975(freedom) * error};
}

}  // namespace peregrine::base
