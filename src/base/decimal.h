// Exact decimal numbers of any length: what SQL's numeric and JSON's numbers are, before a double
// rounds them.
//
// A number is ±digits × 10^exponent, kept normalised: the digits neither begin nor end with 0, zero
// has none, no sign and exponent 0. So 1, 1.00 and 100e-2 are one and the same Decimal.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peregrine::base {

class Decimal {
 public:
  // Longest text that is read, and largest exponent; PostgreSQL's numeric stays well below.
  static constexpr size_t kMaxLength = 200'000;
  static constexpr int64_t kMaxExponent = 10'000'000;

  Decimal() = default;  // zero
  explicit Decimal(int64_t number);
  explicit Decimal(uint64_t number);

  // "-12.50", "+3", ".5", "1e9": digits, with at most one point and one exponent. Nothing else, so
  // no "NaN", no blanks; nullopt for those and beyond the limits.
  static std::optional<Decimal> parse(std::string_view text);
  // The shortest decimal that reads back as this double: 0.1 gives 0.1, 2^64 18446744073709552000.
  // REQUIRES: finite.
  static Decimal shortest(double number);
  // The number that the double really is: 0.1 gives 0.1000000000000000055… REQUIRES: finite.
  static Decimal exact(double number);

  bool zero() const { return digits_.empty(); }
  bool negative() const { return negative_; }
  bool integer() const { return exponent_ >= 0; }
  // Nothing if it has a fraction or does not fit.
  std::optional<int64_t> to_int64() const;
  // The nearest double; infinite beyond the largest.
  double to_double() const;
  // "89", "-0.05"; with an exponent, as JSON reads it too, where plain digits would be long:
  // "1e+60".
  std::string to_string() const;

  bool operator==(const Decimal&) const = default;
  std::strong_ordering operator<=>(const Decimal& other) const;

 private:
  void normalise();
  // Place of the leading digit: the number is 0.d1d2d3… × 10^magnitude.
  int64_t magnitude() const { return static_cast<int64_t>(digits_.size()) + exponent_; }

  bool negative_ = false;
  std::string digits_;
  int64_t exponent_ = 0;
};

}  // namespace peregrine::base
