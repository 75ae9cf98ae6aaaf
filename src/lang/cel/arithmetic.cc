#include "lang/cel/arithmetic.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Code;
using base::Decimal;
using base::Duration;
using base::Kind;
using base::Value;

namespace {

// An operation of integers; nothing where it overflows. The divisor is not 0.
template <class T>
std::optional<T> integer_result(char sign, T a, T b) {
  T result{};
  bool overflow = false;
  if (sign == '+') overflow = __builtin_add_overflow(a, b, &result);
  if (sign == '-') overflow = __builtin_sub_overflow(a, b, &result);
  if (sign == '*') overflow = __builtin_mul_overflow(a, b, &result);
  if (sign == '/' || sign == '%') {
    const bool smallest = std::is_signed_v<T> && a == std::numeric_limits<T>::min();
    if (smallest && b == static_cast<T>(-1)) return std::nullopt;
    result = sign == '/' ? a / b : a % b;
  }
  if (overflow) return std::nullopt;
  return result;
}

template <class T>
bool integers(Frame& frame, char sign, T a, T b, Value& result) {
  if (b == 0 && (sign == '/' || sign == '%')) {
    frame.fail(Code::invalid, "a division by zero: {} {} 0", a, sign);
    return false;
  }
  const auto number = integer_result(sign, a, b);
  if (!number) {
    frame.fail(Code::invalid, "{} {} {} overflows 64 bits", a, sign, b);
    return false;
  }
  result = Value(*number);
  return true;
}

double as_double(const Value& number) {
  if (number.kind() == Kind::int64) return static_cast<double>(number.as_int());
  if (number.kind() == Kind::uint64) return static_cast<double>(number.as_uint());
  if (number.kind() == Kind::real) return number.as_double();
  return number.as_decimal().to_double();
}

double double_result(char sign, double a, double b) {
  if (sign == '+') return a + b;
  if (sign == '-') return a - b;
  if (sign == '*') return a * b;
  return a / b;
}

// A decimal as digits × 10^exponent, where the digits fit.
struct Scaled {
  __int128 digits = 0;
  int exponent = 0;
};

std::optional<Scaled> scaled(const Value& number) {
  const Decimal decimal = number.kind() == Kind::int64    ? Decimal(number.as_int())
                          : number.kind() == Kind::uint64 ? Decimal(number.as_uint())
                                                          : number.as_decimal();
  const std::string text = decimal.to_string();
  if (text.size() > 32 || text.find('e') != std::string::npos) return std::nullopt;
  Scaled result;
  bool fraction = false;
  for (char c : text) {
    if (c == '.') fraction = true;
    if (c < '0' || c > '9') continue;
    result.digits = result.digits * 10 + (c - '0');
    if (fraction) --result.exponent;
  }
  if (text.starts_with('-')) result.digits = -result.digits;
  return result;
}

bool align(Scaled& number, int exponent) {
  for (; number.exponent > exponent; --number.exponent) {
    if (__builtin_mul_overflow(number.digits, __int128{10}, &number.digits)) return false;
  }
  return true;
}

// Exact sums, differences and products; nothing where 38 digits do not hold them.
std::optional<Decimal> decimal_result(char sign, const Value& a, const Value& b) {
  auto left = scaled(a), right = scaled(b);
  if (!left || !right) return std::nullopt;
  Scaled result;
  bool overflow = false;
  if (sign == '*') {
    overflow = __builtin_mul_overflow(left->digits, right->digits, &result.digits);
    result.exponent = left->exponent + right->exponent;
  } else {
    result.exponent = std::min(left->exponent, right->exponent);
    if (!align(*left, result.exponent) || !align(*right, result.exponent)) return std::nullopt;
    overflow = sign == '+' ? __builtin_add_overflow(left->digits, right->digits, &result.digits)
                           : __builtin_sub_overflow(left->digits, right->digits, &result.digits);
  }
  if (overflow) return std::nullopt;
  return Decimal::parse(fmt::format("{}e{}", result.digits, result.exponent));
}

// Kinds that CEL keeps apart meet here: an int with a double is a double, with a decimal a decimal.
bool mixed_numbers(Frame& frame, char sign, const Value& a, const Value& b, Value& result) {
  const bool doubles = a.kind() == Kind::real || b.kind() == Kind::real;
  if (sign == '%') {
    frame.fail(Code::invalid, "`%` takes two integers, not {} and {}", kind_name(a), kind_name(b));
    return false;
  }
  if (!doubles && sign != '/') {
    if (auto exact = decimal_result(sign, a, b)) {
      result = Value(*std::move(exact));
      return true;
    }
  }
  result = Value(double_result(sign, as_double(a), as_double(b)));
  return true;
}

bool mismatch(Frame& frame, char sign, const Value& a, const Value& b) {
  frame.fail(Code::invalid, "`{}` does not work on {} and {}: {} {} {}", sign, kind_name(a),
             kind_name(b), base::shortened(base::to_json(a), 60), sign,
             base::shortened(base::to_json(b), 60));
  return false;
}

bool times(Frame& frame, char sign, const Value& a, const Value& b, Value& result) {
  auto nanos = [](const Value& value) {
    return value.kind() == Kind::duration ? value.as_duration().count()
                                          : value.as_timestamp().time_since_epoch().count();
  };
  const auto count = integer_result<int64_t>(sign, nanos(a), nanos(b));
  if (!count) {
    frame.fail(Code::invalid, "the result is out of range: instants reach from 1678 to 2261");
    return false;
  }
  const bool difference = sign == '-' && a.kind() == b.kind();
  const bool instant = a.kind() != b.kind();
  if (instant && !difference) {
    result = Value(base::WallTime(Duration(*count)));
  } else {
    result = Value(Duration(*count));
  }
  return true;
}

template <class T>
bool join(Frame& frame, const std::string& a, const std::string& b, Value& result) {
  if (a.size() + b.size() > kMaxText) {
    frame.fail(Code::limit, "a text of more than {} bytes", kMaxText);
    return false;
  }
  if (!frame.charge(static_cast<int64_t>(a.size() + b.size()) / kTextPerStep)) return false;
  result = Value(T{a + b});
  return true;
}

bool join_lists(Frame& frame, const base::List& a, const base::List& b, Value& result) {
  if (!frame.charge(static_cast<int64_t>(a.size() + b.size()))) return false;
  base::List list;
  list.reserve(a.size() + b.size());
  list.insert(list.end(), a.begin(), a.end());
  list.insert(list.end(), b.begin(), b.end());
  result = Value(std::move(list));
  return true;
}

// An int and a uint do not mix, as in CEL: which of them the result is would have to be guessed.
bool numbers(Frame& frame, char sign, const Value& a, const Value& b, Value& result) {
  if (a.kind() == Kind::int64 && b.kind() == Kind::int64) {
    return integers(frame, sign, a.as_int(), b.as_int(), result);
  }
  if (a.kind() == Kind::uint64 && b.kind() == Kind::uint64) {
    return integers(frame, sign, a.as_uint(), b.as_uint(), result);
  }
  const bool both_integers = (kind_of(a) & kInteger) && (kind_of(b) & kInteger);
  if (both_integers) return mismatch(frame, sign, a, b);
  return mixed_numbers(frame, sign, a, b, result);
}

}  // namespace

bool calculate(Frame& frame, char sign, const Value& a, const Value& b, Value& result) {
  if (a.is_number() && b.is_number()) return numbers(frame, sign, a, b, result);
  if (calculates(sign, kind_of(a), kind_of(b)) == 0) return mismatch(frame, sign, a, b);
  if (a.is_text()) return join<std::string>(frame, a.as_text(), b.as_text(), result);
  if (a.kind() == Kind::bytes) {
    return join<base::Bytes>(frame, a.as_bytes(), b.as_bytes(), result);
  }
  if (a.is_list()) return join_lists(frame, a.as_list(), b.as_list(), result);
  return times(frame, sign, a, b, result);
}

bool negate(Frame& frame, const Value& a, Value& result) {
  if (a.kind() == Kind::int64) return integers<int64_t>(frame, '-', 0, a.as_int(), result);
  if (a.kind() == Kind::real) {
    result = Value(-a.as_double());
  } else if (a.kind() == Kind::decimal) {
    return mixed_numbers(frame, '-', Value(0), a, result);
  } else if (a.kind() == Kind::duration) {
    return times(frame, '-', Value(Duration(0)), a, result);
  } else {
    frame.fail(Code::invalid, "`-` takes a number, not {}", kind_name(a));
    return false;
  }
  return true;
}

KindSet calculates(char sign, KindSet a, KindSet b) {
  KindSet gives = 0;
  if ((a & kNumber) && (b & kNumber)) {
    const KindSet both = a & b & kNumber;
    gives |= both;
    if (sign != '%' && ((a | b) & (kReal | kDecimal))) gives |= kReal | kDecimal;
  }
  if (sign == '+') gives |= a & b & (kText | kBytes | kList | kDuration);
  if (sign == '-') gives |= a & b & kDuration;
  const bool instant_left = (a & kInstant) && (b & kDuration);
  const bool instant_right = (a & kDuration) && (b & kInstant);
  if ((sign == '+' && (instant_left || instant_right)) || (sign == '-' && instant_left)) {
    gives |= kInstant;
  }
  if (sign == '-' && (a & kInstant) && (b & kInstant)) gives |= kDuration;
  return gives;
}

}  // namespace peregrine::lang::cel
