#include "base/instant.h"

#include "base/rfc3339.h"

namespace peregrine::base {

std::optional<WallTime> as_instant(const Value& value) {
  using std::chrono::seconds;
  if (value.kind() == Kind::timestamp) return value.as_timestamp();
  if (value.is_text()) return parse_rfc3339(value.as_text());
  if (value.kind() != Kind::int64) return std::nullopt;
  const seconds since_1970(value.as_int());
  constexpr auto kFirst = std::chrono::ceil<seconds>(WallTime::min().time_since_epoch());
  constexpr auto kLast = std::chrono::floor<seconds>(WallTime::max().time_since_epoch());
  if (since_1970 < kFirst || since_1970 > kLast) return std::nullopt;
  return WallTime(since_1970);
}

}  // namespace peregrine::base
