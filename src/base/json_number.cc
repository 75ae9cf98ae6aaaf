#include "base/json_number.h"

#include <charconv>
#include <optional>

#include "base/decimal.h"

namespace peregrine::base {
namespace {

// A decimal of so many digits always survives the way through a double (DBL_DIG).
constexpr size_t kSafeDigits = 15;
// Any integer of so many digits is an int64.
constexpr size_t kShortDigits = 18;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t count_digits(std::string_view text) {
  size_t n = 0;
  while (n < text.size() && is_digit(text[n])) ++n;
  return n;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t whole = count_digits(text);
  if (whole == 0 || (whole > 1 && text.starts_with('0'))) return false;
  text.remove_prefix(whole);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const size_t fraction = count_digits(text);
    if (fraction == 0) return false;
    text.remove_prefix(fraction);
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const size_t exponent = count_digits(text);
    if (exponent == 0) return false;
    text.remove_prefix(exponent);
  }
  return text.empty();
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view json_number_token(std::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    const char c = text[size];
    if (!is_digit(c) && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') break;
    ++size;
  }
  return text.substr(0, size);
}

std::optional<int64_t> short_json_integer(std::string_view token) {
  const bool negative = token.starts_with('-');
  if (negative) token.remove_prefix(1);
  if (token.empty() || token.size() > kShortDigits) return std::nullopt;
  if (token[0] == '0' && token.size() > 1) return std::nullopt;
  int64_t number = 0;
  for (const char c : token) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return negative ? -number : number;
}

Result<Value> parse_json_number(std::string_view token) {
  if (auto number = short_json_integer(token)) return *number;
  if (!is_json_number(token)) {
    return fail(Code::invalid, "\"{}\" is no number", token.substr(0, 40));
  }
  if (token.find_first_of(".eE") == std::string_view::npos) {
    if (auto number = number_from<int64_t>(token)) return *number;
    if (auto number = number_from<uint64_t>(token)) return *number;
  } else if (auto number = number_from<double>(token)) {
    const bool plain = token.find_first_of("eE") == std::string_view::npos;
    if ((plain && token.size() <= kSafeDigits) ||
        Decimal::shortest(*number) == Decimal::parse(token)) {
      return *number;
    }
  }
  if (auto number = Decimal::parse(token)) return Value(*std::move(number));
  return fail(Code::limit, "a number longer than {} digits or with an exponent beyond {}",
              Decimal::kMaxLength, Decimal::kMaxExponent);
}

}  // namespace peregrine::base
