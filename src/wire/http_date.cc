#include "wire/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "base/text.h"

namespace peregrine::wire {
namespace {

using base::WallTime;
using namespace std::chrono;  // NOLINT(google-build-using-namespace)

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_delimiter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte <= 0x2f) || (byte >= 0x3b && byte <= 0x40) ||
         (byte >= 0x5b && byte <= 0x60) || (byte >= 0x7b && byte <= 0x7e);
}

// A number of `least` to `most` digits from the front of the text, which no further digit follows.
std::optional<unsigned> take_number(std::string_view& text, size_t least, size_t most) {
  unsigned number = 0;
  size_t digits = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits == most) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(text[digits] - '0');
  }
  if (digits < least) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

struct TimeOfDay {
  unsigned hour, minute, second;
};

std::optional<TimeOfDay> read_time(std::string_view token) {
  std::array<unsigned, 3> fields{};
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0 && !token.starts_with(':')) return std::nullopt;
    if (i > 0) token.remove_prefix(1);
    const std::optional<unsigned> number = take_number(token, 1, 2);
    if (!number) return std::nullopt;
    fields[i] = *number;
  }
  return TimeOfDay{fields[0], fields[1], fields[2]};
}

std::optional<unsigned> read_month(std::string_view token) {
  constexpr size_t kLetters = 3;
  const auto* const found = std::ranges::find(kMonths, base::lowercase(token.substr(0, kLetters)));
  if (found == kMonths.end()) return std::nullopt;
  return static_cast<unsigned>(found - kMonths.begin()) + 1;
}

// What was found so far; the first token that fits each field counts.
struct Found {
  std::optional<TimeOfDay> time;
  std::optional<unsigned> day, month, year;

  void look_at(std::string_view token) {
    if (!time && (time = read_time(token))) return;
    std::string_view rest = token;
    if (!day && (day = take_number(rest, 1, 2))) return;
    if (!month && (month = read_month(token))) return;
    if (!year) year = take_number(rest, 2, 4);
  }
};

std::optional<WallTime> to_instant(const Found& found) {
  if (!found.time || !found.day || !found.month || !found.year) return std::nullopt;
  const auto [hour, minute, second] = *found.time;
  unsigned year_number = *found.year;
  if (year_number < 70) year_number += 2000;
  if (year_number < 100) year_number += 1900;
  const year_month_day date(year(static_cast<int>(year_number)), month(*found.month),
                            std::chrono::day(*found.day));
  constexpr unsigned kFirstYear = 1601;  // of Gregorian dates as the RFC counts them
  if (year_number < kFirstYear || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return std::nullopt;
  }
  const sys_seconds instant = sys_days(date) + hours(hour) + minutes(minute) + seconds(second);
  if (instant >= floor<seconds>(WallTime::max())) return WallTime::max();
  if (instant <= ceil<seconds>(WallTime::min())) return WallTime::min();
  return WallTime(instant);
}

}  // namespace

std::string to_http_date(WallTime instant) {
  const sys_days date = floor<days>(instant);
  const year_month_day civil(date);
  const hh_mm_ss time(floor<seconds>(instant - date));
  std::string month_name(kMonths[static_cast<unsigned>(civil.month()) - 1]);
  month_name[0] = static_cast<char>(month_name[0] - 'a' + 'A');
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(date).c_encoding()],
                     static_cast<unsigned>(civil.day()), month_name, static_cast<int>(civil.year()),
                     time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::optional<WallTime> parse_cookie_date(std::string_view text) {
  Found found;
  while (!text.empty()) {
    const auto* const begin = std::ranges::find_if_not(text, is_delimiter);
    const auto* const end = std::find_if(begin, text.end(), is_delimiter);
    if (begin != end) found.look_at({begin, end});
    text = {end, text.end()};
  }
  return to_instant(found);
}

}  // namespace peregrine::wire
