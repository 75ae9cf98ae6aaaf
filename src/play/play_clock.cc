// clock: the time of day of the system is moved, at once or in jumps.
#include <fmt/core.h>

#include "base/rfc3339.h"
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

}  // namespace

io::Task<Result<>> play_action(const lang::ClockAction& action, Attempt& attempt) {
  system::Clock& clock = attempt.world.system().clock();
  const WallTime begin = clock.now();
  CO_TRY(const WallTime target, target_of(action, attempt.context, begin));
  if (!system::Clock::can_show(target)) {
    co_return fail(Code::limit, "no clock shows {}: they count from 1970",
                   base::to_rfc3339(target));
  }
  if (action.every) {
    CO_TRY(const int64_t jumps, count_jumps(target - begin, *action.every, attempt.step));
    for (int64_t i = 1; i <= jumps; ++i) {
      clock.set(begin + *action.every * i);
      record_move(clock.now(), attempt);
      CO_TRY_OK(co_await attempt.world.loop.sleep(kBetweenJumps));
    }
  }
  // A span is what passes by the clock, whatever it takes to get here.
  if (std::holds_alternative<lang::ClockAction::Jump>(action.to) && !action.every) {
    clock.jump(target - begin);
  } else {
    clock.set(target);
  }
  record_move(target, attempt);
  co_return Result<>{};
}

}  // namespace peregrine::play
