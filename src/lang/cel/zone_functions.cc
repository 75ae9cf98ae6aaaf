// Peregrine's functions of time: now(), local(), t.plus(), unix(), near(). Days and months are
// those of the journey's zone.
#include <array>

#include "base/json.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/time_text.h"
#include "lang/cel/zones.h"

namespace peregrine::lang::cel {

using base::Value;
using base::WallTime;

namespace {

bool plus(Call& call) {
  const std::string& unit = call[2].as_text();
  if (!is_unit_of_time(unit)) {
    return call.fail(
        "plus() knows milliseconds, seconds, minutes, hours, days, weeks, months and "
        "years, not {}",
        base::to_json(call[2]));
  }
  const auto sum = later(call[0].as_timestamp(), call[1].as_int(), unit, call.context().zone);
  if (!sum) return call.fail("the instant is out of range (1678 to 2261)");
  return call.give(Value(*sum));
}

std::string mistake_in_plus(Arguments arguments) {
  const Value* unit = arguments[2];
  if (!unit || !unit->is_text() || is_unit_of_time(unit->as_text())) return "";
  return fmt::format(
      "{} is none of milliseconds, seconds, minutes, hours, days, weeks, months, years",
      base::to_json(*unit));
}

bool now(Call& call) { return call.give(Value(call.context().now)); }

bool local(Call& call) {
  const std::string zone = call.size() > 1 ? call[1].as_text() : std::string(call.context().zone);
  const auto time = read_local(call[0].as_text());
  if (!time) {
    return call.fail("{} is no local time such as '2025-10-27 10:00'", base::to_json(call[0]));
  }
  const auto instant = from_local(*time, zone);
  if (!instant) return call.fail("there is no time zone {}", base::to_json(Value(zone)));
  return call.give(Value(*instant));
}

std::string mistake_in_local(Arguments arguments) {
  if (!arguments[0] || !arguments[0]->is_text() || read_local(arguments[0]->as_text())) return "";
  return fmt::format("{} is no local time such as '2025-10-27 10:00'",
                     base::to_json(*arguments[0]));
}

bool unix_seconds(Call& call) {
  const auto since = call[0].as_timestamp().time_since_epoch();
  return call.give(Value(int64_t{std::chrono::floor<std::chrono::seconds>(since).count()}));
}

bool unix_ms(Call& call) {
  const WallTime of = call.size() > 0 ? call[0].as_timestamp() : call.context().now;
  const auto since = of.time_since_epoch();
  return call.give(Value(int64_t{std::chrono::floor<std::chrono::milliseconds>(since).count()}));
}

// near(a, b, '2s'): not further apart than this.
bool near(Call& call) {
  const auto within =
      call[2].is_text() ? read_duration(call[2].as_text()) : std::optional(call[2].as_duration());
  if (!within) return call.fail("{} is no length of time such as '2s'", base::to_json(call[2]));
  int64_t apart = 0;
  const int64_t a = call[0].as_timestamp().time_since_epoch().count();
  const int64_t b = call[1].as_timestamp().time_since_epoch().count();
  if (__builtin_sub_overflow(std::max(a, b), std::min(a, b), &apart))
    return call.give(Value(false));
  return call.give(Value(apart <= within->count()));
}

constexpr auto kForm = Form::function;
constexpr std::array kFunctions = {
    Function{"local",
             "local('2025-10-27 10:00')",
             kForm,
             {kText, kText},
             1,
             2,
             kInstant,
             local,
             false,
             mistake_in_local},
    Function{"near",
             "near(a, b, '2s')",
             kForm,
             {kInstant, kInstant, kText | kDuration},
             3,
             3,
             kBool,
             near},
    Function{"now", "now()", kForm, {}, 0, 0, kInstant, now, false},
    Function{"plus",
             "t.plus(1, 'months')",
             Form::method,
             {kInstant, kInt, kText},
             3,
             3,
             kInstant,
             plus,
             false,
             mistake_in_plus},
    Function{"unix", "unix(t)", kForm, {kInstant}, 1, 1, kInt, unix_seconds},
    Function{"unix_ms", "unix_ms()", kForm, {kInstant}, 0, 1, kInt, unix_ms, false},
};

}  // namespace

std::span<const Function> zone_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
