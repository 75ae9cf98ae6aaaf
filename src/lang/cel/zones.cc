#include "lang/cel/zones.h"

#include <date/tz.h>

#include <algorithm>
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

}  // namespace peregrine::lang::cel
