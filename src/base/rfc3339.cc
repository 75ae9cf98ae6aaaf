#include "base/rfc3339.h"

#include <fmt/format.h>

namespace peregrine::base {
namespace {

using namespace std::chrono;

// Nanoseconds since 1970 fit an int64_t from 1678 to 2261.
constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

// Takes text from the front, piece by piece; `good` falls at the first piece that is not there.
struct Reader {
  std::string_view rest;
  bool good = true;

  bool accept(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { good = accept(c) && good; }
  // Exactly `digits` digits, not above `most`.
  int number(size_t digits, int most) {
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (rest.empty() || rest[0] < '0' || rest[0] > '9') return good = false, 0;
      value = value * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
    }
    good = good && value <= most;
    return value;
  }
  nanoseconds fraction() {
    int64_t value = 0;
    size_t digits = 0;
    for (; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; ++digits, rest.remove_prefix(1))
      if (digits < 9) value = value * 10 + (rest[0] - '0');
    good = good && digits >= 1 && digits <= 9;
    for (; digits < 9; ++digits) value *= 10;
    return nanoseconds(value);
  }
  minutes offset() {
    if (accept('Z') || accept('z')) return minutes(0);
    const bool west = rest.starts_with('-');
    if (!west && !rest.starts_with('+')) return good = false, minutes(0);
    rest.remove_prefix(1);
    minutes span = hours(number(2, 23));
    expect(':');
    span += minutes(number(2, 59));
    return west ? -span : span;
  }
};

}  // namespace

std::string to_rfc3339(WallTime instant) {
  const auto day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss time(instant - day);
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  const int64_t nanos = time.subseconds().count();
  if (nanos % 1000 != 0)
    out += fmt::format(".{:09}", nanos);
  else if (nanos % 1'000'000 != 0)
    out += fmt::format(".{:06}", nanos / 1000);
  else if (nanos != 0)
    out += fmt::format(".{:03}", nanos / 1'000'000);
  return out + "Z";
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  Reader in{text};
  const year the_year(in.number(4, kLastYear));
  in.expect('-');
  const month the_month(static_cast<unsigned>(in.number(2, 12)));
  in.expect('-');
  const year_month_day date(the_year, the_month, day(static_cast<unsigned>(in.number(2, 31))));
  if (!in.accept('T') && !in.accept('t')) in.expect(' ');
  nanoseconds time = hours(in.number(2, 23));
  in.expect(':');
  time += minutes(in.number(2, 59));
  in.expect(':');
  time += seconds(in.number(2, 60));  // 60 is a leap second: the next minute's first
  if (in.accept('.')) time += in.fraction();
  const minutes offset = in.offset();
  if (!in.good || !in.rest.empty() || !date.ok() || the_year < year(kFirstYear))
    return std::nullopt;
  return WallTime(sys_days(date)) + time - offset;
}

}  // namespace peregrine::base
