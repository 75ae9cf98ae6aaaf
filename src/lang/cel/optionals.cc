// Optionals: a value, or none. optMap and optFlatMap are macros.
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/special.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

bool is_zero(const Value& value) {
  switch (value.kind()) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return !value.as_bool();
    case Kind::text:
      return value.as_text().empty();
    case Kind::bytes:
      return value.as_bytes().empty();
    case Kind::list:
      return value.as_list().empty();
    case Kind::duration:
      return value.as_duration() == base::Duration(0);
    case Kind::timestamp:
      return value.as_timestamp() == base::WallTime{};
    default:
      break;
  }
  if (value.is_number()) return order(value, Value(0)) == 0;
  return is_map(value) && map_size(value) == 0;
}

bool none(Call& call) { return call.give(optional_of(std::nullopt)); }
bool of(Call& call) { return call.give(optional_of(call[0])); }
bool of_non_zero(Call& call) {
  return call.give(optional_of(is_zero(call[0]) ? std::nullopt : std::optional(call[0])));
}
bool has_value(Call& call) { return call.give(Value(as_optional(call[0])->value().has_value())); }
bool value(Call& call) {
  const auto& held = as_optional(call[0])->value();
  return held ? call.give(*held) : call.fail("the optional has no value");
}
bool or_optional(Call& call) {
  return call.give(as_optional(call[0])->value() ? call[0] : call[1]);
}
bool or_value(Call& call) {
  const auto& held = as_optional(call[0])->value();
  return call.give(held ? *held : call[1]);
}

constexpr auto kMethod = Form::method;
constexpr std::array kFunctions = {
    Function{"hasValue", "optional.hasValue()", kMethod, {kOptional}, 1, 1, kBool, has_value},
    Function{"optional.none", "optional.none()", Form::function, {}, 0, 0, kOptional, none},
    Function{"optional.of", "optional.of(x)", Form::function, {kAny}, 1, 1, kOptional, of},
    Function{"optional.ofNonZeroValue",
             "optional.ofNonZeroValue(x)",
             Form::function,
             {kAny},
             1,
             1,
             kOptional,
             of_non_zero},
    Function{
        "or", "optional.or(other)", kMethod, {kOptional, kOptional}, 2, 2, kOptional, or_optional},
    Function{
        "orValue", "optional.orValue(default)", kMethod, {kOptional, kAny}, 2, 2, kAny, or_value},
    Function{"value", "optional.value()", kMethod, {kOptional}, 1, 1, kAny, value},
};

}  // namespace

std::span<const Function> optional_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
