// The straight line through a series of measurements, by least squares, and how sure its slope is.
//
//   slope  b = Sxy / Sxx
//   error  s(b) = sqrt((Syy - b Sxy) / (m - 2) / Sxx)
//   margin t(0.975, m - 2) s(b): the slope is within b ± margin with a confidence of 95 %
//
// with Sxy the sum of (x - mean x)(y - mean y), and m = n where the errors of the measurements are
// independent (Draper and Smith, Applied Regression Analysis, chapter 1). Those of a level that is
// read every second are not: what is above the line now is so a second later too. Then m is the
// effective number n (1 - r) / (1 + r), with r the correlation of each residual with the next, or 0
// if that is negative (Santer and others, J. Geophys. Res. 105, 2000, section 2).
#pragma once

#include <optional>
#include <span>

namespace peregrine::base {

struct Measurement {
  double x;
  double y;
};

enum class Residuals { independent, correlated };

struct Trend {
  double slope;   // y for one more x
  double margin;  // of the slope, on both sides, with a confidence of 95 %

  bool rises() const { return slope > margin; }
};

// Nothing where no line or no margin can be told: fewer than three measurements (that count), or
// all at one x. The x ascend.
std::optional<Trend> trend_of(std::span<const Measurement> series, Residuals residuals);

// What a value of Student's t distribution exceeds with a probability of 2.5 %, within 0.2 % for
// whole degrees of freedom. By Abramowitz and Stegun, 26.7.5; up to 3 from a table, and on a
// straight line between its values, which is above the right one. REQUIRES: freedom >= 1.
double student_t_975(double freedom);

}  // namespace peregrine::base
