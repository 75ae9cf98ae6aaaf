// Conversions between kinds: int(x), string(x), …, type(x) and dyn(x).
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/rfc3339.h"
#include "base/text.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/special.h"
#include "lang/cel/time_text.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

bool out_of_range(Call& call, std::string_view kind) {
  return call.fail("{} is out of range for {}", base::to_json(call[0]), kind);
}

bool no_number(Call& call, std::string_view kind) {
  return call.fail("{} cannot be read as {}", base::shortened(base::to_json(call[0]), 80), kind);
}

template <class T>
bool read_number(Call& call, std::string_view kind) {
  const std::string& text = call[0].as_text();
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return out_of_range(call, kind);
  if (error != std::errc() || end != text.data() + text.size()) return no_number(call, kind);
  return call.give(Value(number));
}

bool int_of_double(Call& call, double number) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(number > -kLimit && number < kLimit)) return out_of_range(call, "int");
  return call.give(Value(static_cast<int64_t>(number)));
}

bool to_int(Call& call) {
  const Value& value = call[0];
  switch (value.kind()) {
    case Kind::uint64:
      if (value.as_uint() > INT64_MAX) return out_of_range(call, "int");
      return call.give(Value(static_cast<int64_t>(value.as_uint())));
    case Kind::real:
      return int_of_double(call, value.as_double());
    case Kind::decimal:
      if (const auto whole = value.as_decimal().to_int64()) return call.give(Value(*whole));
      return int_of_double(call, value.as_decimal().to_double());
    case Kind::text:
      return read_number<int64_t>(call, "int");
    case Kind::timestamp: {
      const auto since = value.as_timestamp().time_since_epoch();
      return call.give(Value(int64_t{std::chrono::floor<std::chrono::seconds>(since).count()}));
    }
    default:
      return call.give(value);
  }
}

bool uint_of_double(Call& call, double number) {
  if (!(number > -1.0 && number < 18446744073709551616.0)) return out_of_range(call, "uint");
  return call.give(Value(static_cast<uint64_t>(number)));
}

bool to_uint(Call& call) {
  const Value& value = call[0];
  switch (value.kind()) {
    case Kind::int64:
      if (value.as_int() < 0) return out_of_range(call, "uint");
      return call.give(Value(static_cast<uint64_t>(value.as_int())));
    case Kind::real:
      return uint_of_double(call, value.as_double());
    case Kind::decimal:
      return uint_of_double(call, value.as_decimal().to_double());
    case Kind::text:
      return read_number<uint64_t>(call, "uint");
    default:
      return call.give(value);
  }
}

bool to_double(Call& call) {
  const Value& value = call[0];
  switch (value.kind()) {
    case Kind::int64:
      return call.give(Value(static_cast<double>(value.as_int())));
    case Kind::uint64:
      return call.give(Value(static_cast<double>(value.as_uint())));
    case Kind::decimal:
      return call.give(Value(value.as_decimal().to_double()));
    case Kind::text:
      if (value.as_text() == "NaN") return call.give(Value(std::nan("")));
      if (value.as_text() == "Infinity" || value.as_text() == "+Infinity") {
        return call.give(Value(HUGE_VAL));
      }
      if (value.as_text() == "-Infinity") return call.give(Value(-HUGE_VAL));
      return read_number<double>(call, "double");
    default:
      return call.give(value);
  }
}

bool to_string(Call& call) {
  const Value& value = call[0];
  switch (value.kind()) {
    case Kind::text:
      return call.give(value);
    case Kind::bytes:
      if (base::first_invalid_utf8(value.as_bytes())) {
        return call.fail("these bytes are no text: invalid UTF-8");
      }
      return call.give_text(value.as_bytes());
    case Kind::timestamp:
      return call.give_text(base::to_rfc3339(value.as_timestamp()));
    case Kind::duration:
      return call.give_text(duration_text(value.as_duration()));
    case Kind::real:
      return call.give_text(double_text(value.as_double()));
    default:
      return call.give_text(base::to_json(plain(value)));
  }
}

bool to_bytes(Call& call) {
  if (!call[0].is_text()) return call.give(call[0]);
  return call.give(Value(base::Bytes{call[0].as_text()}));
}

bool to_bool(Call& call) {
  if (call[0].is_bool()) return call.give(call[0]);
  for (std::string_view word : {"1", "t", "true", "TRUE", "True"}) {
    if (call[0].as_text() == word) return call.give(Value(true));
  }
  for (std::string_view word : {"0", "f", "false", "FALSE", "False"}) {
    if (call[0].as_text() == word) return call.give(Value(false));
  }
  return no_number(call, "a bool");
}

bool to_duration(Call& call) {
  if (!call[0].is_text()) return call.give(call[0]);
  const auto span = read_duration(call[0].as_text());
  if (!span) {
    return call.fail("{} is no length of time such as '1h30m' or '250ms', or is out of range",
                     base::to_json(call[0]));
  }
  return call.give(Value(*span));
}

bool to_timestamp(Call& call) {
  if (call[0].kind() == Kind::timestamp) return call.give(call[0]);
  if (call[0].is_text()) {
    const auto instant = base::parse_rfc3339(call[0].as_text());
    if (!instant) {
      return call.fail(
          "{} is no instant such as '2025-06-09T08:00:00Z', or is out of range (1678 to 2261)",
          base::to_json(call[0]));
    }
    return call.give(Value(*instant));
  }
  constexpr int64_t kMaxSeconds = 9'223'372'035;
  if (call[0].as_int() > kMaxSeconds || call[0].as_int() < -kMaxSeconds) {
    return out_of_range(call, "an instant (1678 to 2261)");
  }
  return call.give(Value(base::WallTime(std::chrono::seconds(call[0].as_int()))));
}

bool type(Call& call) { return call.give(make_type(type_name(call[0]))); }
bool dyn(Call& call) { return call.give(call[0]); }

constexpr KindSet kPrinted =
    kNull | kBool | kNumber | kText | kBytes | kInstant | kDuration | kType;

constexpr auto kForm = Form::function;
constexpr std::array kFunctions = {
    Function{"bool", "bool(x)", kForm, {kBool | kText}, 1, 1, kBool, to_bool},
    Function{"bytes", "bytes(x)", kForm, {kText | kBytes}, 1, 1, kBytes, to_bytes},
    Function{"double", "double(x)", kForm, {kNumber | kText}, 1, 1, kReal, to_double},
    Function{
        "duration", "duration('1h30m')", kForm, {kText | kDuration}, 1, 1, kDuration, to_duration},
    Function{"dyn", "dyn(x)", kForm, {kAny}, 1, 1, kAny, dyn},
    Function{"int", "int(x)", kForm, {kNumber | kText | kInstant}, 1, 1, kInt, to_int},
    Function{"string", "string(x)", kForm, {kPrinted}, 1, 1, kText, to_string},
    Function{"timestamp",
             "timestamp('2025-06-09T08:00:00Z')",
             kForm,
             {kText | kInt | kInstant},
             1,
             1,
             kInstant,
             to_timestamp},
    Function{"type", "type(x)", kForm, {kAny}, 1, 1, kType, type},
    Function{"uint", "uint(x)", kForm, {kNumber | kText}, 1, 1, kUint, to_uint},
};

}  // namespace

std::span<const Function> conversion_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
