// next(day, time): the first instant after now at that time of such a day, in the journey's zone.
#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "lang/cel/functions.h"
#include "lang/cel/groups.h"
#include "lang/cel/zones.h"

namespace peregrine::lang::cel {

using base::Duration;
using base::Value;

namespace {

// Sunday is 0, as std::chrono::weekday counts.
constexpr std::array<std::string_view, 10> kDays = {"sunday",   "monday", "tuesday",  "wednesday",
                                                    "thursday", "friday", "saturday", "day",
                                                    "tomorrow", "weekday"};
constexpr std::string_view kKnown = "'monday' to 'sunday', 'day', 'weekday' and 'tomorrow'";
constexpr int kDaysLookedAt = 9;  // a week, today, and a day on which the time did not come again

bool is_day(std::string_view word) {
  return std::ranges::find(kDays, base::lowercase(word)) != kDays.end();
}

// "10:00" or "10:00:30"; as long since midnight.
std::optional<Duration> read_time_of_day(std::string_view text) {
  if (text.size() < 5 || text[2] != ':') return std::nullopt;
  const auto local = read_local("1970-01-01 " + std::string(text));
  if (!local) return std::nullopt;
  return local->time_since_epoch();
}

// `ahead` days after today: is it one of these?
bool fits(std::string_view day, std::chrono::local_days date, int ahead) {
  if (day == "day") return true;
  if (day == "tomorrow") return ahead == 1;
  const unsigned of = std::chrono::weekday(date).c_encoding();
  if (day == "weekday") return of >= 1 && of <= 5;
  return kDays[of] == day;
}

bool next(Call& call) {
  const std::string day = base::lowercase(call[0].as_text());
  const auto time = read_time_of_day(call[1].as_text());
  if (!is_day(day)) return call.fail("next() knows {}, not {}", kKnown, base::to_json(call[0]));
  if (!time) return call.fail("{} is no time of the day such as '10:00'", base::to_json(call[1]));
  const auto here = to_local(call.context().now, call.context().zone);
  if (!here) return call.fail("the zone has no time of the day now");
  const auto today = std::chrono::floor<std::chrono::days>(*here);
  for (int ahead = 0; ahead < kDaysLookedAt; ++ahead) {
    const std::chrono::local_days date = today + std::chrono::days(ahead);
    if (!fits(day, date, ahead)) continue;
    const auto instant = from_local(LocalTime(date) + *time, call.context().zone);
    if (instant && *instant > call.context().now) return call.give(Value(*instant));
  }
  return call.fail("there is no such instant");
}

std::string mistake_in_next(Arguments arguments) {
  if (arguments[0] && arguments[0]->is_text() && !is_day(arguments[0]->as_text())) {
    return fmt::format("next() knows {}, not {}", kKnown, base::to_json(*arguments[0]));
  }
  if (arguments[1] && arguments[1]->is_text() && !read_time_of_day(arguments[1]->as_text())) {
    return fmt::format("{} is no time of the day such as '10:00'", base::to_json(*arguments[1]));
  }
  return "";
}

constexpr std::array kFunctions = {
    Function{"next",
             "next('monday', '10:00')",
             Form::function,
             {kText, kText},
             2,
             2,
             kInstant,
             next,
             false,
             mistake_in_next},
};

}  // namespace

std::span<const Function> calendar_functions() { return kFunctions; }

}  // namespace peregrine::lang::cel
