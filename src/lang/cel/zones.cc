#include "lang/cel/zones.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string>

#include "base/rfc3339.h"

namespace peregrine::lang::cel {

using base::Duration;
using base::WallTime;

namespace {

// "+11:00", "-02:30", "02:00"; nothing for a name.
std::optional<Duration> read_offset(std::string_view zone) {
  const bool west = zone.starts_with('-');
  if (west || zone.starts_with('+')) zone.remove_prefix(1);
  auto digit = [&](size_t i) { return zone[i] >= '0' && zone[i] <= '9'; };
  if (zone.size() != 5 || zone[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  auto number = [&](size_t i) { return (zone[i] - '0') * 10 + (zone[i + 1] - '0'); };
  const Duration span = std::chrono::hours(number(0)) + std::chrono::minutes(number(3));
  return west ? -span : span;
}

// The library throws for a name that is none, and when the system has no zones.
const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return nullptr;
  }
}

// No sum of these leaves 64 bits: instants near their limits have no local time.
bool near_limit(Duration since) {
  constexpr Duration kMargin = std::chrono::hours(48);
  return since > Duration::max() - kMargin || since < Duration::min() + kMargin;
}

}  // namespace

std::optional<LocalTime> to_local(WallTime instant, std::string_view zone) {
  const Duration since = instant.time_since_epoch();
  if (near_limit(since)) return std::nullopt;
  if (zone == "UTC") return LocalTime(since);
  if (const auto offset = read_offset(zone)) return LocalTime(since + *offset);
  const date::time_zone* found = find_zone(zone);
  if (!found) return std::nullopt;
  return LocalTime(since + found->get_info(instant).offset);
}

std::optional<WallTime> from_local(LocalTime local, std::string_view zone) {
  const Duration since = local.time_since_epoch();
  if (near_limit(since)) return std::nullopt;
  if (zone == "UTC") return WallTime(since);
  if (const auto offset = read_offset(zone)) return WallTime(since - *offset);
  const date::time_zone* found = find_zone(zone);
  if (!found) return std::nullopt;
  const date::local_info info = found->get_info(date::local_time<Duration>(since));
  if (info.result == date::local_info::nonexistent) {
    return WallTime(info.first.end.time_since_epoch());
  }
  return WallTime(since - info.first.offset);
}

bool is_zone_name(std::string_view name) {
  return name == "UTC" || (!read_offset(name) && find_zone(name));
}

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> names;
  try {
    for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  } catch (const std::exception&) {
    names.clear();  // the system has none
  }
  return names;
}

std::optional<LocalTime> read_local(std::string_view text) {
  constexpr size_t kWithoutSeconds = 16;
  std::string whole(text);
  if (whole.size() == kWithoutSeconds) whole += ":00";
  if (text.size() == 10) whole += " 00:00:00";
  const auto instant = base::parse_rfc3339(whole + "Z");
  if (!instant) return std::nullopt;
  return LocalTime(instant->time_since_epoch());
}

namespace {

// The same day `months` later, or the last of a month that is shorter. Nothing out of range.
std::optional<LocalTime> add_months(LocalTime local, int64_t months) {
  using namespace std::chrono;
  constexpr int64_t kMaxMonths = 12 * 600;
  if (months > kMaxMonths || months < -kMaxMonths) return std::nullopt;
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const year_month to = year_month(date.year(), date.month()) + std::chrono::months(months);
  if (to.year() < year(1678) || to.year() > year(2261)) return std::nullopt;
  const year_month_day_last last(to.year(), month_day_last(to.month()));
  const year_month_day moved(to.year(), to.month(), std::min(date.day(), last.day()));
  return LocalTime(local_days(moved)) + (local - day);
}

struct Unit {
  std::string_view name;
  Duration exact;  // 0: by the calendar
  int64_t days = 0;
  int64_t months = 0;
};

constexpr std::array<Unit, 8> kUnits = {{{"milliseconds", std::chrono::milliseconds(1)},
                                         {"seconds", std::chrono::seconds(1)},
                                         {"minutes", std::chrono::minutes(1)},
                                         {"hours", std::chrono::hours(1)},
                                         {"days", Duration(0), 1},
                                         {"weeks", Duration(0), 7},
                                         {"months", Duration(0), 0, 1},
                                         {"years", Duration(0), 0, 12}}};

const Unit* find_unit(std::string_view word) {
  for (const Unit& unit : kUnits) {
    if (unit.name == word || unit.name.substr(0, unit.name.size() - 1) == word) return &unit;
  }
  return nullptr;
}

// Hours and what is shorter are exact; a day later is the same time of the day.
std::optional<WallTime> add(WallTime from, int64_t count, const Unit& unit, std::string_view zone) {
  constexpr int64_t kMaxCount = 1'000'000'000'000;
  if (count > kMaxCount || count < -kMaxCount) return std::nullopt;
  if (unit.exact > Duration(0)) {
    int64_t span = 0, sum = 0;
    if (__builtin_mul_overflow(unit.exact.count(), count, &span)) return std::nullopt;
    if (__builtin_add_overflow(from.time_since_epoch().count(), span, &sum)) return std::nullopt;
    return WallTime(Duration(sum));
  }
  const auto local = to_local(from, zone);
  if (!local) return std::nullopt;
  if (unit.months > 0) {
    const auto moved = add_months(*local, count * unit.months);
    return moved ? from_local(*moved, zone) : std::nullopt;
  }
  constexpr int64_t kMaxDays = 200'000;
  if (count > kMaxDays || count < -kMaxDays) return std::nullopt;
  int64_t sum = 0;
  const Duration span = std::chrono::days(count * unit.days);
  if (__builtin_add_overflow(local->time_since_epoch().count(), span.count(), &sum)) {
    return std::nullopt;
  }
  return from_local(LocalTime(Duration(sum)), zone);
}

}  // namespace

bool is_unit_of_time(std::string_view word) { return find_unit(word) != nullptr; }

std::optional<WallTime> later(WallTime from, int64_t count, std::string_view unit,
                              std::string_view zone) {
  const Unit* known = find_unit(unit);
  return known ? add(from, count, *known, zone) : std::nullopt;
}

}  // namespace peregrine::lang::cel
