#include "play/sent_at.h"

#include <algorithm>
#include <cmath>

#include "base/rfc3339.h"
#include "base/text.h"
#include "play/match.h"

namespace peregrine::play {

using base::Code;
using base::Duration;
using base::Instant;
using base::Result;
using base::Value;
using base::WallTime;
using namespace std::chrono_literals;

namespace {

constexpr Duration kMostBefore = 24h;       // that a message was under way
constexpr Duration kMostAfter = 1s;         // that its sender's clock is ahead
constexpr double kMostMilliseconds = 4e12;  // in 2096; what is later is as far away
constexpr size_t kShown = 100;

std::optional<WallTime> time_of(const Value& told) {
  if (told.kind() == base::Kind::timestamp) return told.as_timestamp();
  if (told.is_text()) return base::parse_rfc3339(told.as_text());
  if (!told.is_number()) return std::nullopt;
  double milliseconds = kMostMilliseconds;
  if (told.kind() == base::Kind::int64) milliseconds = static_cast<double>(told.as_int());
  if (told.kind() == base::Kind::real) milliseconds = told.as_double();
  if (told.kind() == base::Kind::decimal) milliseconds = told.as_decimal().to_double();
  if (!(milliseconds >= 0)) return std::nullopt;
  return WallTime{} + Duration(std::llround(std::min(milliseconds, kMostMilliseconds) * 1e6));
}

}  // namespace

Result<std::optional<Instant>> SentAt::instant_of(const Value& told, Instant came) const {
  if (told.is_null()) return std::nullopt;
  const auto sent = time_of(told);
  if (!sent) {
    return base::fail(Code::invalid,
                      "`sent_at` is {}; it is an instant, text as 2025-06-09T08:00:00.123Z, or a "
                      "number of milliseconds since 1970",
                      base::shortened(show(told), kShown));
  }
  const WallTime came_at = wall_ + ahead_ + (came - monotonic_);
  const Duration took = came_at - *sent;
  if (took > kMostBefore || took < -kMostAfter) {
    return base::fail(Code::invalid,
                      "`sent_at` is {}, that is {}, {} the message came; a number is of "
                      "milliseconds since 1970",
                      base::shortened(show(told), kShown), base::to_rfc3339(*sent),
                      took > kMostBefore ? "more than a day before" : "later than");
  }
  return came - std::max(took, Duration::zero());
}

}  // namespace peregrine::play
