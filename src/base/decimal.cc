#include "base/decimal.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace peregrine::base {
namespace {

// Beyond this many zeros to add, a number is printed with an exponent.
constexpr int64_t kMaxPlainZeros = 40;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at the front of `text`.
std::string_view take_digits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

// What follows the "e", sign included.
std::optional<int64_t> parse_exponent(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t exponent = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (exponent > Decimal::kMaxExponent || exponent < -Decimal::kMaxExponent) return std::nullopt;
  return exponent;
}

}  // namespace

Decimal::Decimal(int64_t number)
    // Negated as unsigned: the smallest int64_t has no positive counterpart.
    : negative_(number < 0),
      digits_(fmt::to_string(number < 0 ? 0 - static_cast<uint64_t>(number)
                                        : static_cast<uint64_t>(number))) {
  normalise();
}

Decimal::Decimal(uint64_t number) : digits_(fmt::to_string(number)) { normalise(); }

std::optional<Decimal> Decimal::parse(std::string_view text) {
  if (text.size() > kMaxLength) return std::nullopt;
  Decimal out;
  if (text.starts_with('-') || text.starts_with('+')) {
    out.negative_ = text.front() == '-';
    text.remove_prefix(1);
  }
  out.digits_ = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    std::string_view fraction = take_digits(text);
    out.digits_ += fraction;
    out.exponent_ = -static_cast<int64_t>(fraction.size());
  }
  if (out.digits_.empty()) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E')) {
    std::optional<int64_t> exponent = parse_exponent(text.substr(1));
    if (!exponent) return std::nullopt;
    out.exponent_ += *exponent;
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  out.normalise();
  // As it will be written: 100e10000000 has the exponent 10000002.
  if (!out.zero() && std::abs(out.magnitude() - 1) > kMaxExponent) return std::nullopt;
  return out;
}

Decimal Decimal::shortest(double number) {
  check(std::isfinite(number), "a decimal is finite");
  std::array<char, 32> text;
  // With an exponent: without, to_chars writes more digits than it needs, of 2^64 for example.
  auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
  check(error == std::errc());
  return *parse({text.data(), end});
}

Decimal Decimal::exact(double number) {
  check(std::isfinite(number), "a decimal is finite");
  // No double has more than 767 significant digits.
  std::array<char, 800> text;
  auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number,
                                    std::chars_format::scientific, 766);
  check(error == std::errc());
  return *parse({text.data(), end});
}

std::optional<int64_t> Decimal::to_int64() const {
  if (!integer() || magnitude() > 19) return std::nullopt;
  std::string text = negative_ ? "-" : "";
  text += zero() ? "0" : digits_;
  text.append(static_cast<size_t>(exponent_), '0');
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

double Decimal::to_double() const {
  std::string text =
      fmt::format("{}{}e{}", negative_ ? "-" : "", zero() ? "0" : digits_, exponent_);
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc()) return number;
  const double beyond = magnitude() > 0 ? std::numeric_limits<double>::infinity() : 0.0;
  return negative_ ? -beyond : beyond;
}

std::string Decimal::to_string() const {
  if (zero()) return "0";
  const std::string sign = negative_ ? "-" : "";
  const auto size = static_cast<int64_t>(digits_.size());
  if (exponent_ > kMaxPlainZeros || -magnitude() > kMaxPlainZeros) {
    std::string fraction = size > 1 ? "." + digits_.substr(1) : "";
    return fmt::format("{}{}{}e{:+}", sign, digits_[0], fraction, magnitude() - 1);
  }
  if (exponent_ >= 0) return sign + digits_ + std::string(static_cast<size_t>(exponent_), '0');
  if (magnitude() > 0) {
    const auto point = static_cast<size_t>(magnitude());
    return sign + digits_.substr(0, point) + "." + digits_.substr(point);
  }
  return sign + "0." + std::string(static_cast<size_t>(-magnitude()), '0') + digits_;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  auto sign = [](const Decimal& d) { return d.zero() ? 0 : d.negative_ ? -1 : 1; };
  if (sign(*this) != sign(other)) return sign(*this) <=> sign(other);
  if (zero()) return std::strong_ordering::equal;
  std::strong_ordering size = magnitude() <=> other.magnitude();
  if (size == 0) size = digits_.compare(other.digits_) <=> 0;
  return negative_ ? 0 <=> size : size;
}

void Decimal::normalise() {
  const size_t first = digits_.find_first_not_of('0');
  if (first == std::string::npos) {
    *this = Decimal();
    return;
  }
  digits_.erase(0, first);
  const size_t last = digits_.find_last_not_of('0');
  exponent_ += static_cast<int64_t>(digits_.size() - 1 - last);
  digits_.resize(last + 1);
}

}  // namespace peregrine::base
