// One step: tried once, several times, until it holds, or as long as it has to hold.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "play/player.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;
using record::Failure;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr base::Duration kFirstPause = 5ms;
constexpr base::Duration kLongestPause = 100ms;
constexpr size_t kSeenKept = 20;  // distinct values while waiting

void keep_seen(const Tried& tried, Failure& failure) {
  if (tried.seen.empty()) return;
  if (!failure.seen.empty() && failure.seen.back() == tried.seen) return;
  // The last is kept in any case.
  if (failure.seen.size() == kSeenKept) failure.seen.pop_back();
  failure.seen.push_back(tried.seen);
}

bool is_block(const lang::Action& action) {
  return std::holds_alternative<lang::TogetherAction>(action) ||
         std::holds_alternative<lang::EachAction>(action) ||
         std::holds_alternative<lang::RepeatAction>(action) ||
         std::holds_alternative<lang::UseAction>(action);
}

io::Task<Result<>> play_any(const lang::Action& action, Attempt& attempt) {
  if (const auto* http = std::get_if<lang::HttpAction>(&action)) {
    co_return co_await play_action(*http, attempt);
  }
  if (const auto* sql = std::get_if<lang::SqlAction>(&action)) {
    co_return co_await play_action(*sql, attempt);
  }
  if (const auto* check = std::get_if<lang::CheckAction>(&action)) {
    co_return co_await play_action(*check, attempt);
  }
  if (const auto* exec = std::get_if<lang::ExecAction>(&action)) {
    co_return co_await play_action(*exec, attempt);
  }
  if (const auto* log = std::get_if<lang::LogAction>(&action)) {
    co_return co_await play_action(*log, attempt);
  }
  co_return base::fail(Code::invalid, "this verb cannot be played by this version yet");
}

// Only requests carry who makes them.
bool speaks_for_somebody(const lang::Step& step) {
  return step.person && std::holds_alternative<lang::HttpAction>(step.action);
}

}  // namespace

io::Task<Player::Outcome> Player::play_step(const lang::Step& step, Branch& branch) {
  if (!step.skip.empty()) {
    skip_step(step);
    co_return Outcome::held;
  }
  const base::Instant begin = base::monotonic_now();
  Failure failure;
  if (step.when) {
    const Result<Value> holds = step.when->evaluate(context(branch));
    if (!holds || !holds->is_bool()) {
      Tried tried;
      tried.error =
          holds ? base::Error{Code::invalid, "it is neither true nor false"} : holds.error();
      tried.error = base::because(*tried.error, "`when` cannot be evaluated").error();
      co_return co_await finish_step(step, std::move(tried), std::move(failure), begin, branch);
    }
    if (!holds->as_bool()) {
      skip_step(step);
      co_return Outcome::held;
    }
  }
  if (speaks_for_somebody(step)) {
    const Outcome login = co_await ensure_login(*step.person, branch);
    if (login != Outcome::held) co_return login;
  }
  record::Timeline::StepMark mark;
  if (world_.timeline) {
    mark = world_.timeline->begin_step(begin, step.sentence, is_block(step.action));
  }
  branch.step = mark.number();
  Tried tried;
  if (is_block(step.action)) {
    const Outcome outcome = co_await play_block(step, branch, tried);
    if (outcome != Outcome::held) co_return outcome;
  } else {
    tried = co_await try_step(step, branch, failure);
  }
  const Outcome outcome =
      co_await finish_step(step, std::move(tried), std::move(failure), begin, branch);
  if (!watches_ || is_block(step.action) || outcome == Outcome::cancelled) co_return outcome;
  const Outcome looked = co_await look_at_invariants(step, branch);
  co_return looked == Outcome::held ? outcome : looked;
}

// A step that is not played counts as one that is done.
void Player::skip_step(const lang::Step& step) {
  result_.steps.push_back({step.sentence, step.at.line, Verdict::skipped, {}, 0, 0, step.skip});
  observer_.step_finished(result_, result_.steps.back());
}

io::Task<Player::Outcome> Player::finish_step(const lang::Step& step, Tried tried, Failure failure,
                                              base::Instant begin, Branch& branch) {
  if (tried.error && tried.error->code == Code::cancelled) {
    result_.verdict = Verdict::inconclusive;
    co_return Outcome::cancelled;
  }
  if (tried.held()) {
    tried.saving = true;
    if (Result<> saved = save(step, tried, branch); !saved) tried.error = saved.error();
  }
  const bool held = tried.held();
  const base::Duration took = base::monotonic_now() - begin;
  result_.steps.push_back({step.sentence, step.at.line, held ? Verdict::passed : Verdict::failed,
                           took, tried.passed, tried.failed + (tried.error ? 1 : 0)});
  observer_.step_finished(result_, result_.steps.back());
  if (held) co_return Outcome::held;
  if (tried.lost && contenders_ > 0) {
    result_.steps.back().verdict = Verdict::passed;
    result_.steps.back().checks_failed = 0;
    co_return Outcome::lost;
  }

  failure.step = step.sentence;
  failure.file = step.at.source->path();
  failure.line = step.at.line;
  failure.message += describe(step, tried);
  failure.mismatches = std::move(tried.mismatches);
  // The end of a service and its last lines may be a moment behind the broken connection.
  (void)co_await world_.loop.sleep(20ms);
  if (auto fallen = world_.system.fallen()) {
    failure.message = fmt::format("{}; {}", *fallen, failure.message);
  }
  fail(std::move(failure));
  co_return Outcome::failed;
}

io::Task<Tried> Player::try_step(const lang::Step& step, Branch& branch, Failure& failure) {
  if (step.within || step.stays) co_return co_await try_until(step, branch, failure);
  Tried tried;
  for (int64_t round = 1; round <= step.times; ++round) {
    Tried now = co_await try_once(step, branch);
    now.passed += tried.passed;
    now.round = static_cast<size_t>(round);
    tried = std::move(now);
    if (!tried.held()) break;
  }
  if (!tried.error) keep_seen(tried, failure);
  co_return tried;
}

// Until it holds and, with `stays`, has held for long enough.
io::Task<Tried> Player::try_until(const lang::Step& step, Branch& branch, Failure& failure) {
  const io::Deadline end = world_.loop.in(step.within.value_or(base::Duration::zero()));
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    // An attempt that began in time may still end, so that a slow query is told as such.
    Tried tried = co_await try_once(step, branch);
    keep_seen(tried, failure);
    const bool over = world_.loop.now() >= end.at;
    if (tried.held() && over && step.within) tried.too_late = true;
    if (tried.held() && step.stays) tried = co_await keep_trying(step, branch, failure);
    if (tried.error && tried.error->code == Code::cancelled) co_return tried;
    if (tried.fell && world_.loop.now() >= end.at) co_return tried;
    if (tried.held() || tried.lost || over || world_.system.fallen()) co_return tried;
    if (!co_await world_.loop.sleep(std::min(pause, end.at - world_.loop.now()))) {
      tried.error = base::Error{Code::cancelled, "cancelled"};
      co_return tried;
    }
  }
}

// It holds now; for how long?
io::Task<Tried> Player::keep_trying(const lang::Step& step, Branch& branch, Failure& failure) {
  const io::Deadline end = world_.loop.in(*step.stays);
  for (base::Duration pause = kFirstPause;; pause = std::min(pause * 2, kLongestPause)) {
    const bool cancelled = !co_await world_.loop.sleep(std::min(pause, end.at - world_.loop.now()));
    Tried tried = co_await try_once(step, branch);
    if (cancelled) tried.error = base::Error{Code::cancelled, "cancelled"};
    if (!tried.held()) {
      tried.fell = true;
      keep_seen(tried, failure);
      co_return tried;
    }
    if (world_.loop.now() >= end.at) co_return tried;
  }
}

io::Task<Tried> Player::try_once(const lang::Step& step, Branch& branch) {
  World& world = branch.quiet ? quiet_world_ : world_;
  Attempt attempt{world, step, context(branch), branch.slots, world_.loop.in(step.timeout)};
  attempt.number = branch.step;
  if (step.person) {
    attempt.person = &plan_.persons[*step.person];
    attempt.session = &sessions_[*step.person];
  }
  Tried tried;
  Result<> played = co_await play_any(step.action, attempt);
  if (!played) {
    tried.error = played.error();
    tried.seen = played.error().to_string();
    co_return tried;
  }
  judge(step, attempt, tried);
  tried.absent = attempt.absent;
  if (step.within || step.stays || !tried.held()) tried.seen = describe_seen(step, attempt);
  co_return tried;
}

Result<> Player::save(const lang::Step& step, const Tried& tried, Branch& branch) {
  for (const lang::Save& save : step.save) {
    Result<Value> value = save.from.evaluate(context(branch));
    if (!value) {
      base::Error cause = value.error();
      // `json` is null: why it is says more.
      for (const auto& [slot, why] : tried.absent) {
        if (save.from.reads(slot)) cause = {Code::not_found, why};
      }
      return base::because(std::move(cause), fmt::format("`{}` could not be saved", save.name));
    }
    if (!save.member) {
      branch.slots[save.slot] = *std::move(value);
      continue;
    }
    base::MapBuilder map(branch.slots[save.slot].as_map());
    branch.slots[save.slot] = Value(map.set(*save.member, *std::move(value)).build());
  }
  return {};
}

}  // namespace peregrine::play
