// math.*: the least and the greatest, rounding, signs, bits.
#include <bit>
#include <cmath>

#include "lang/cel/functions.h"
#include "lang/cel/groups.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

// Of the arguments, or of the one list that is given.
bool extreme(Call& call, bool greatest) {
  std::vector<const Value*> all;
  if (call.size() == 1 && call[0].is_list()) {
    for (const Value& element : call[0].as_list()) all.push_back(&element);
  } else {
    for (size_t i = 0; i < call.size(); ++i) all.push_back(&call[i]);
  }
  if (!call.frame().charge(static_cast<int64_t>(all.size()))) return false;
  const Value* best = nullptr;
  for (const Value* each : all) {
    if (!each->is_number()) return call.fail("numbers are compared, not {}", kind_name(*each));
    if (!best || (greatest ? order(*each, *best) > 0 : order(*each, *best) < 0)) best = each;
  }
  if (!best) return call.fail("an empty list has no {}", greatest ? "greatest" : "least");
  return call.give(*best);
}
bool greatest(Call& call) { return extreme(call, true); }
bool least(Call& call) { return extreme(call, false); }

double real(const Value& value) {
  return value.kind() == Kind::real ? value.as_double() : value.as_decimal().to_double();
}

template <double (*kRound)(double)>
bool rounded(Call& call) {
  return call.give(Value(kRound(real(call[0]))));
}

double half_away(double x) { return std::round(x); }
double up(double x) { return std::ceil(x); }
double down(double x) { return std::floor(x); }
double to_zero(double x) { return std::trunc(x); }

bool square_root(Call& call) {
  const Value& of = call[0];
  if (of.kind() == Kind::int64)
    return call.give(Value(std::sqrt(static_cast<double>(of.as_int()))));
  if (of.kind() == Kind::uint64) {
    return call.give(Value(std::sqrt(static_cast<double>(of.as_uint()))));
  }
  return call.give(Value(std::sqrt(real(of))));
}

bool absolute(Call& call) {
  const Value& of = call[0];
  if (of.kind() == Kind::uint64) return call.give(of);
  if (of.kind() != Kind::int64) return call.give(Value(std::fabs(real(of))));
  if (of.as_int() == INT64_MIN) return call.fail("the absolute of {} overflows 64 bits", INT64_MIN);
  return call.give(Value(of.as_int() < 0 ? -of.as_int() : of.as_int()));
}

bool sign(Call& call) {
  const Value& of = call[0];
  if (of.kind() == Kind::uint64) return call.give(Value(of.as_uint() > 0 ? 1U : 0U));
  if (of.kind() == Kind::int64) {
    return call.give(Value(int64_t{of.as_int() > 0} - int64_t{of.as_int() < 0}));
  }
  const double number = real(of);
  if (std::isnan(number)) return call.give(Value(number));
  return call.give(Value(double(number > 0) - double(number < 0)));
}

bool is_nan(Call& call) { return call.give(Value(std::isnan(real(call[0])))); }
bool is_infinite(Call& call) { return call.give(Value(std::isinf(real(call[0])))); }
bool is_finite(Call& call) { return call.give(Value(std::isfinite(real(call[0])))); }

// Both integers are of one kind.
template <class Operation>
bool bits(Call& call, Operation operation) {
  if (call[0].kind() != call[1].kind()) {
    return call.fail("bits of {} and {} do not go together", kind_name(call[0]),
                     kind_name(call[1]));
  }
  if (call[0].kind() == Kind::uint64) {
    return call.give(Value(operation(call[0].as_uint(), call[1].as_uint())));
  }
  return call.give(Value(operation(call[0].as_int(), call[1].as_int())));
}
bool bit_and(Call& call) {
  return bits(call, [](auto a, auto b) { return a & b; });
}
bool bit_or(Call& call) {
  return bits(call, [](auto a, auto b) { return a | b; });
}
bool bit_xor(Call& call) {
  return bits(call, [](auto a, auto b) { return a ^ b; });
}
bool bit_not(Call& call) {
  if (call[0].kind() == Kind::uint64) return call.give(Value(~call[0].as_uint()));
  return call.give(Value(~call[0].as_int()));
}

// Of a signed integer too the bits are shifted, and zeros come in.
bool shift(Call& call, bool left) {
  const int64_t by = call[1].as_int();
  if (by < 0) return call.fail("bits are shifted by 0 and more, not by {}", by);
  const bool is_uint = call[0].kind() == Kind::uint64;
  const uint64_t from = is_uint ? call[0].as_uint() : std::bit_cast<uint64_t>(call[0].as_int());
  const uint64_t to = by > 63 ? 0 : left ? from << by : from >> by;
  return call.give(is_uint ? Value(to) : Value(std::bit_cast<int64_t>(to)));
}
bool shift_left(Call& call) { return shift(call, true); }
bool shift_right(Call& call) { return shift(call, false); }

constexpr auto kForm = Form::function;
constexpr KindSet kFraction = kReal | kDecimal;
constexpr std::array kFunctions = {
    Function{"math.abs", "math.abs(x)", kForm, {kNumber}, 1, 1, kNumber, absolute},
    Function{
        "math.bitAnd", "math.bitAnd(a, b)", kForm, {kInteger, kInteger}, 2, 2, kInteger, bit_and},
    Function{"math.bitNot", "math.bitNot(a)", kForm, {kInteger}, 1, 1, kInteger, bit_not},
    Function{"math.bitOr", "math.bitOr(a, b)", kForm, {kInteger, kInteger}, 2, 2, kInteger, bit_or},
    Function{"math.bitShiftLeft",
             "math.bitShiftLeft(a, n)",
             kForm,
             {kInteger, kInt},
             2,
             2,
             kInteger,
             shift_left},
    Function{"math.bitShiftRight",
             "math.bitShiftRight(a, n)",
             kForm,
             {kInteger, kInt},
             2,
             2,
             kInteger,
             shift_right},
    Function{
        "math.bitXor", "math.bitXor(a, b)", kForm, {kInteger, kInteger}, 2, 2, kInteger, bit_xor},
    Function{"math.ceil", "math.ceil(x)", kForm, {kFraction}, 1, 1, kReal, rounded<up>},
    Function{"math.floor", "math.floor(x)", kForm, {kFraction}, 1, 1, kReal, rounded<down>},
    Function{"math.greatest",
             "math.greatest(a, b)",
             kForm,
             {kNumber | kList, kNumber, kNumber, kNumber, kNumber},
             1,
             kAnyNumber,
             kNumber,
             greatest},
    Function{"math.isFinite", "math.isFinite(x)", kForm, {kFraction}, 1, 1, kBool, is_finite},
    Function{"math.isInf", "math.isInf(x)", kForm, {kFraction}, 1, 1, kBool, is_infinite},
    Function{"math.isNaN", "math.isNaN(x)", kForm, {kFraction}, 1, 1, kBool, is_nan},
    Function{"math.least",
             "math.least(a, b)",
             kForm,
             {kNumber | kList, kNumber, kNumber, kNumber, kNumber},
             1,
             kAnyNumber,
             kNumber,
             least},
    Function{"math.round", "math.round(x)", kForm, {kFraction}, 1, 1, kReal, rounded<half_away>},
    Function{"math.sign", "math.sign(x)", kForm, {kNumber}, 1, 1, kNumber, sign},
    Function{"math.sqrt", "math.sqrt(x)", kForm, {kNumber}, 1, 1, kReal, square_root},
    Function{"math.trunc", "math.trunc(x)", kForm, {kFraction}, 1, 1, kReal, rounded<to_zero>},
};

}  // namespace

std::span<const Function> math_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
