#include "lang/cel/time_text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/decimal.h"
#include "base/json.h"

namespace peregrine::lang::cel {

namespace {

// Longer first, so that "ms" is not read as "m".
constexpr std::array<std::pair<std::string_view, int64_t>, 8> kUnits = {
    {{"ns", 1},
     {"us", 1'000},
     {"µs", 1'000},
     {"ms", 1'000'000},
     {"s", 1'000'000'000},
     {"m", 60'000'000'000},
     {"h", 3'600'000'000'000},
     {"d", 86'400'000'000'000}}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One number with its unit, taken from the front; in nanoseconds.
std::optional<__int128> take_part(std::string_view& text) {
  constexpr size_t kMaxDigits = 18;
  __int128 digits = 0, scale = 1;
  size_t count = 0;
  bool fraction = false;
  for (; !text.empty() && (is_digit(text[0]) || (text[0] == '.' && !fraction));
       text.remove_prefix(1)) {
    if (text[0] == '.') {
      fraction = true;
      continue;
    }
    if (++count > kMaxDigits) return std::nullopt;
    digits = digits * 10 + (text[0] - '0');
    if (fraction) scale *= 10;
  }
  if (count == 0) return std::nullopt;
  for (const auto& [unit, nanos] : kUnits) {
    if (!text.starts_with(unit)) continue;
    text.remove_prefix(unit.size());
    return digits * nanos / scale;
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Duration> read_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return base::Duration(0);
  if (text.empty()) return std::nullopt;
  __int128 sum = 0;
  while (!text.empty()) {
    const auto part = take_part(text);
    if (!part) return std::nullopt;
    sum += *part;
    if (sum > std::numeric_limits<int64_t>::max()) return std::nullopt;
  }
  const auto nanos = static_cast<int64_t>(sum);
  return base::Duration(negative ? -nanos : nanos);
}

std::string duration_text(base::Duration span) {
  const std::string quoted = base::to_json(base::Value(span));
  return quoted.substr(1, quoted.size() - 2);
}

std::string double_text(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  std::array<char, 32> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

}  // namespace peregrine::lang::cel
