// clock: the time of day of the system is moved, at once or in jumps.
#include <fmt/core.h>

#include "base/rfc3339.h"
#include "boundary/visit.h"
#include "lang/cel/zones.h"
#include "lang/clock_text.h"
#include "play/action.h"
#include "play/match.h"

namespace peregrine::play {

using base::Code;
using base::Duration;
using base::fail;
using base::Result;
using base::Value;
using base::WallTime;

namespace {

// Between two jumps, so that a job which looks at the clock sees each: a wait that the preloaded
// library has put across looks every 20 ms.
constexpr Duration kBetweenJumps = std::chrono::milliseconds(50);
// The same wait, of one look.
constexpr Duration kSeenWithin = std::chrono::milliseconds(25);
// `${now()}` has passed when the clock is moved to it.
constexpr Duration kAMomentAgo = std::chrono::seconds(1);

// An instant, or its text as a clock shows it or with its offset.
Result<WallTime> instant_of(const Value& value, std::string_view zone) {
  if (value.kind() == base::Kind::timestamp) return value.as_timestamp();
  if (value.is_text()) {
    if (const auto local = lang::read_clock_text(value.as_text(), zone)) return *local;
    if (const auto instant = base::parse_rfc3339(value.as_text())) return *instant;
  }
  return fail(Code::invalid, "the clock cannot be moved to {}, which is no instant", show(value));
}

Result<WallTime> target_of(const lang::ClockAction& action, const lang::Context& context,
                           WallTime now) {
  if (const auto* instant = std::get_if<WallTime>(&action.to)) return *instant;
  if (const auto* text = std::get_if<lang::Template>(&action.to)) {
    TRY(const Value value, text->fill(context));
    return instant_of(value, context.zone);
  }
  const auto& jump = std::get<lang::ClockAction::Jump>(action.to);
  const auto later = lang::cel::later(now, jump.count, jump.unit, context.zone);
  if (later) return *later;
  return fail(Code::limit, "no instant lies {} {} after {}", jump.count, jump.unit,
              base::to_rfc3339(now));
}

void record_move(WallTime to, Attempt& attempt) {
  attempt.record([&] {
    return record::Event{base::monotonic_now(),
                         record::Event::Kind::clock,
                         "clock",
                         base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(to)),
                         "",
                         "",
                         false};
  });
}

// How many jumps come before the last. Fails for more than the step has time for.
Result<int64_t> count_jumps(Duration distance, Duration every, const lang::Step& step) {
  if (distance < -kAMomentAgo) {
    return fail(Code::invalid, "`every` goes forward, and this goes back by {}",
                base::to_text(-distance));
  }
  const int64_t before = distance.count() <= 0 ? 0 : (distance.count() - 1) / every.count();
  if (before <= step.timeout / kBetweenJumps) return before;
  return fail(Code::limit,
              "{} jumps at {} each take longer than the step's timeout of {}: make `every` longer, "
              "or the timeout",
              before + 1, base::to_text(kBetweenJumps), base::to_text(step.timeout));
}

// Where a director decides the order of things, a move is one of them: whatever looks at the clock
// may come before or behind it.
io::Task<Result<>> move(WallTime to, std::optional<Duration> by, Attempt& attempt) {
  static const boundary::Reach kReach{
      .touches = {{std::string(boundary::kAnything), boundary::Touch::kWrites}},
      .everywhere = true};
  boundary::Crossing& crossing = attempt.world.system().crossing();
  const bool directed = crossing.directed();
  boundary::Visit visit(&crossing, "clock", [] { return std::string("is moved"); }, &kReach);
  CO_TRY_OK(co_await visit.at(boundary::Point::request));
  if (by) {
    attempt.world.system().clock().jump(*by);
  } else {
    attempt.world.system().clock().set(to);
  }
  record_move(to, attempt);
  CO_TRY_OK(co_await visit.at(boundary::Point::answer));
  visit.answered(false, base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(to)));
  if (!directed) co_return Result<>{};
  // Programs that wait for an hour see it, and what they ask then is of this move.
  const boundary::Crossing::Starting underway(crossing);
  co_return co_await attempt.world.loop.sleep(kSeenWithin);
}

}  // namespace

io::Task<Result<>> play_action(const lang::ClockAction& action, Attempt& attempt) {
  const WallTime begin = attempt.world.system().clock().now();
  CO_TRY(const WallTime target, target_of(action, attempt.context, begin));
  if (!system::Clock::can_show(target)) {
    co_return fail(Code::limit, "no clock shows {}: they count from 1970",
                   base::to_rfc3339(target));
  }
  if (action.every) {
    CO_TRY(const int64_t jumps, count_jumps(target - begin, *action.every, attempt.step));
    for (int64_t i = 1; i <= jumps; ++i) {
      CO_TRY_OK(co_await move(begin + *action.every * i, std::nullopt, attempt));
      CO_TRY_OK(co_await attempt.world.loop.sleep(kBetweenJumps));
    }
  }
  // A span is what passes by the clock, whatever it takes to get here.
  const bool jumps = std::holds_alternative<lang::ClockAction::Jump>(action.to) && !action.every;
  co_return co_await move(target, jumps ? std::optional(target - begin) : std::nullopt, attempt);
}

}  // namespace peregrine::play
