// Parts of instants and durations: getHours() and the like, in UTC or in a zone that is named.
#include "base/json.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/zones.h"

namespace peregrine::lang::cel {

using base::Kind;
using base::Value;

namespace {

using namespace std::chrono;

// The local time of the first argument in the zone of the second, or in UTC.
std::optional<LocalTime> local(Call& call) {
  const std::string zone = call.size() > 1 ? call[1].as_text() : "UTC";
  const auto found = to_local(call[0].as_timestamp(), zone);
  if (!found) call.fail("there is no time zone {}", base::to_json(Value(zone)));
  return found;
}

template <int64_t (*kPart)(LocalTime)>
bool part(Call& call) {
  const auto time = local(call);
  return time && call.give(Value(kPart(*time)));
}

year_month_day date_of(LocalTime time) { return year_month_day(floor<days>(time)); }

int64_t full_year(LocalTime time) { return int{date_of(time).year()}; }
int64_t month_from_0(LocalTime time) { return int64_t{unsigned{date_of(time).month()}} - 1; }
int64_t day_from_1(LocalTime time) { return unsigned{date_of(time).day()}; }
int64_t day_from_0(LocalTime time) { return day_from_1(time) - 1; }
int64_t day_of_week(LocalTime time) { return weekday(floor<days>(time)).c_encoding(); }
int64_t day_of_year(LocalTime time) {
  const auto first = local_days(date_of(time).year() / January / 1);
  return (floor<days>(time) - first).count();
}

hh_mm_ss<base::Duration> clock_of(LocalTime time) {
  return hh_mm_ss<base::Duration>(time - floor<days>(time));
}
int64_t hours_of(LocalTime time) { return clock_of(time).hours().count(); }
int64_t minutes_of(LocalTime time) { return clock_of(time).minutes().count(); }
int64_t seconds_of(LocalTime time) { return clock_of(time).seconds().count(); }
int64_t milliseconds_of(LocalTime time) { return clock_of(time).subseconds().count() / 1'000'000; }

// Of a duration the whole of it in this unit.
template <class Unit>
bool whole(Call& call) {
  return call.give(Value(int64_t{duration_cast<Unit>(call[0].as_duration()).count()}));
}
// But its milliseconds are what is left beside whole seconds.
bool rest_milliseconds(Call& call) {
  const auto rest = call[0].as_duration() % seconds(1);
  return call.give(Value(int64_t{duration_cast<milliseconds>(rest).count()}));
}

constexpr Function of_instant(std::string_view name, std::string_view usage, bool (*call)(Call&)) {
  return {name, usage, Form::method, {kInstant, kText}, 1, 2, kInt, call};
}
constexpr Function of_duration(std::string_view name, std::string_view usage, bool (*call)(Call&)) {
  return {name, usage, Form::method, {kDuration}, 1, 1, kInt, call};
}

constexpr std::array kFunctions = {
    of_instant("getDate", "t.getDate(zone)", part<day_from_1>),
    of_instant("getDayOfMonth", "t.getDayOfMonth(zone)", part<day_from_0>),
    of_instant("getDayOfWeek", "t.getDayOfWeek(zone)", part<day_of_week>),
    of_instant("getDayOfYear", "t.getDayOfYear(zone)", part<day_of_year>),
    of_instant("getFullYear", "t.getFullYear(zone)", part<full_year>),
    of_instant("getHours", "t.getHours(zone)", part<hours_of>),
    of_instant("getMilliseconds", "t.getMilliseconds(zone)", part<milliseconds_of>),
    of_instant("getMinutes", "t.getMinutes(zone)", part<minutes_of>),
    of_instant("getMonth", "t.getMonth(zone)", part<month_from_0>),
    of_instant("getSeconds", "t.getSeconds(zone)", part<seconds_of>),
    of_duration("getHours", "duration.getHours()", whole<hours>),
    of_duration("getMilliseconds", "duration.getMilliseconds()", rest_milliseconds),
    of_duration("getMinutes", "duration.getMinutes()", whole<minutes>),
    of_duration("getSeconds", "duration.getSeconds()", whole<seconds>),
};

}  // namespace

std::span<const Function> time_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
