#include "play/player.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "play/match.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;
using record::Failure;
using record::Mismatch;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kFirstPause = 5ms;
constexpr base::Duration kLongestPause = 100ms;
constexpr size_t kSeenKept = 20;     // distinct values while waiting
constexpr size_t kSeenLength = 400;  // bytes of each
constexpr size_t kEventsKept = 200;  // before a failure
constexpr lang::Slot kEnvironment = 0;

// The same from wherever the journey is played: without the folders before the file.
std::string stream_name(const lang::Plan& plan) {
  const std::string& path = plan.source->path();
  return path.substr(path.rfind('/') + 1) + ":" + plan.name;
}

}  // namespace

// What one attempt at a step came to.
struct Player::Tried {
  std::optional<base::Error> error{};  // it could not be carried out
  std::vector<Mismatch> mismatches{};
  size_t passed = 0;
  size_t failed = 0;
  std::string seen{};
  std::map<lang::Slot, std::string> absent{};  // as Attempt::absent
  bool saving = false;                         // it held, and what it saw is being saved
  bool too_late = false;                       // it held, but `within` was over
  bool held() const { return !error && failed == 0 && !too_late; }
};

record::JourneyResult begin_result(const lang::Plan& plan) {
  record::JourneyResult result;
  result.name = plan.name;
  result.file = plan.source->path();
  result.line = plan.line;
  result.covers = plan.covers;
  result.tags = plan.tags;
  result.steps_planned = plan.steps.size();
  return result;
}

Player::Player(World& world, const lang::Plan& plan, Turn turn, record::Observer& observer)
    : world_(world),
      plan_(plan),
      observer_(observer),
      random_(base::Random::stream(turn.seed, stream_name(plan))),
      slots_(plan.slots),
      result_(begin_result(plan)) {
  slots_[kEnvironment] = system::environment_value();
  result_.round = turn.round;
  result_.seed = turn.seed;
}

io::Task<record::JourneyResult> Player::play() {
  begin_ = base::monotonic_now();
  observer_.journey_started(result_);
  fill_data();
  for (const lang::Step& step : plan_.steps) {
    if (result_.verdict != Verdict::passed) break;
    if (!co_await play_step(step)) break;
  }
  result_.duration = base::monotonic_now() - begin_;
  observer_.journey_finished(result_);
  co_return std::move(result_);
}

lang::Context Player::context() {
  return {slots_, &random_, base::wall_now(), world_.system.spec().zone};
}

void Player::fill_data() {
  for (const lang::Datum& datum : plan_.data) {
    Result<Value> value = datum.value.fill(context());
    if (!value) {
      const std::string message =
          fmt::format("`{}` has no value: {}", datum.name, value.error().to_string());
      return fail({"data", result_.file, datum.at.line, message, {}, {}, {}, 0});
    }
    slots_[datum.slot] = *std::move(value);
  }
}

io::Task<bool> Player::play_step(const lang::Step& step) {
  const base::Instant begin = base::monotonic_now();
  world_.timeline.add({begin, record::Event::Kind::step, "", step.sentence, "", "", false});
  Failure failure{step.sentence, result_.file, step.at.line, "", {}, {}, {}, 0};
  Tried tried;
  if (step.within) {
    tried = co_await try_until(step, failure);
  } else {
    tried = co_await try_once(step, world_.loop.in(step.timeout));
    if (!tried.error && !tried.seen.empty()) failure.seen.push_back(tried.seen);
  }
  if (tried.error && tried.error->code == Code::cancelled) {
    result_.verdict = Verdict::inconclusive;
    co_return false;
  }
  if (tried.held()) {
    tried.saving = true;
    if (Result<> saved = save(step, tried); !saved) tried.error = saved.error();
  }
  const bool held = tried.held();
  const base::Duration took = base::monotonic_now() - begin;
  result_.steps.push_back({step.sentence, step.at.line, held ? Verdict::passed : Verdict::failed,
                           took, tried.passed, tried.failed + (tried.error ? 1 : 0)});
  observer_.step_finished(result_, result_.steps.back());
  if (held) co_return true;

  failure.message = describe(step, tried);
  failure.mismatches = std::move(tried.mismatches);
  // The end of a service and its last lines may be a moment behind the broken connection.
  (void)co_await world_.loop.sleep(20ms);
  if (auto fallen = world_.system.fallen()) {
    failure.message = fmt::format("{}; {}", *fallen, failure.message);
  }
  fail(std::move(failure));
  co_return false;
}

std::string Player::describe(const lang::Step& step, const Tried& tried) {
  std::string message;
  if (step.within && !tried.saving) {
    message = fmt::format("it did not become true within {}", base::to_text(*step.within));
    if (tried.too_late) message += ", only later";
    if (tried.error) message += fmt::format("; at last: {}", tried.error->to_string());
  } else {
    message = tried.error ? tried.error->to_string() : "it is not as expected";
  }
  if (tried.mismatches.size() >= kMostMismatches) {
    message += fmt::format("; of the differences the first {}", tried.mismatches.size());
  }
  return message;
}

io::Task<Player::Tried> Player::try_until(const lang::Step& step, Failure& failure) {
  const io::Deadline end = world_.loop.in(*step.within);
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    // An attempt that began in time may still end, so that a slow query is told as such.
    Tried tried = co_await try_once(step, world_.loop.in(step.timeout));
    if (!tried.seen.empty() && (failure.seen.empty() || failure.seen.back() != tried.seen)) {
      // The last is kept in any case.
      if (failure.seen.size() == kSeenKept) failure.seen.pop_back();
      failure.seen.push_back(tried.seen);
    }
    const bool over = world_.loop.now() >= end.at;
    if (tried.held() && over) tried.too_late = true;
    if (tried.held() || over || world_.system.fallen()) co_return tried;
    if (!co_await world_.loop.sleep(std::min(pause, end.at - world_.loop.now()))) {
      tried.error = base::Error{Code::cancelled, "cancelled"};
      co_return tried;
    }
  }
}

io::Task<Player::Tried> Player::try_once(const lang::Step& step, io::Deadline deadline) {
  Attempt attempt{world_, step, context(), slots_, deadline};
  Tried tried;
  Result<> played = std::holds_alternative<lang::HttpAction>(step.action)
                        ? co_await play_action(std::get<lang::HttpAction>(step.action), attempt)
                        : co_await play_action(std::get<lang::SqlAction>(step.action), attempt);
  if (!played) {
    tried.error = played.error();
    tried.seen = played.error().to_string();
    co_return tried;
  }
  compare(step, attempt, tried);
  tried.absent = attempt.absent;
  if (step.within || !tried.held()) tried.seen = describe_seen(step, tried);
  co_return tried;
}

void Player::compare(const lang::Step& step, const Attempt& attempt, Tried& tried) {
  bool judges_status = false;
  for (const lang::Expectation& expectation : step.expect) {
    const lang::Seen& seen = step.seen[expectation.seen];
    judges_status = judges_status || seen.name == "status";
    const auto why = attempt.absent.find(seen.slot);
    const bool absent = why != attempt.absent.end();
    std::vector<Mismatch> found;
    Result<> matched = match(expectation.pattern, absent ? nullptr : &slots_[seen.slot],
                             attempt.context, seen.name, found);
    if (!matched) {
      tried.error = matched.error();
      return;
    }
    if (absent && !found.empty()) found.front().actual = why->second;
    (found.empty() ? tried.passed : tried.failed) += 1;
    std::ranges::move(found, std::back_inserter(tried.mismatches));
  }
  const bool http = std::holds_alternative<lang::HttpAction>(step.action);
  if (!http || judges_status) return;
  const int64_t status = slots_[step.seen.front().slot].as_int();
  const bool proper = status >= 200 && status < 400;
  (proper ? tried.passed : tried.failed) += 1;
  if (!proper) {
    tried.mismatches.push_back(
        {"status", "2xx or 3xx (none is said to be expected)", std::to_string(status)});
  }
}

Result<> Player::save(const lang::Step& step, const Tried& tried) {
  for (const lang::Save& save : step.save) {
    Result<Value> value = save.from.evaluate(context());
    if (!value) {
      base::Error cause = value.error();
      // `json` is null: why it is says more.
      for (const auto& [slot, why] : tried.absent) {
        if (save.from.reads(slot)) cause = {Code::not_found, why};
      }
      return base::because(std::move(cause), fmt::format("`{}` could not be saved", save.name));
    }
    slots_[save.slot] = *std::move(value);
  }
  return {};
}

std::string Player::describe_seen(const lang::Step& step, const Tried& tried) const {
  std::string text;
  for (const lang::Expectation& expectation : step.expect) {
    const lang::Seen& seen = step.seen[expectation.seen];
    const auto why = tried.absent.find(seen.slot);
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", seen.name,
                        why != tried.absent.end() ? why->second : show(slots_[seen.slot]));
  }
  return base::shortened(text, kSeenLength);
}

void Player::fail(Failure failure) {
  failure.events = world_.timeline.since(begin_, kEventsKept);
  const uint64_t all = world_.timeline.events().size() + world_.timeline.dropped();
  failure.earlier_events = all - failure.events.size();
  result_.verdict = Verdict::failed;
  result_.failures.push_back(std::move(failure));
}

}  // namespace peregrine::play
