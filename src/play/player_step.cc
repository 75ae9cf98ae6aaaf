// One step: what it does, and what came of it.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "lang/pages.h"
#include "play/http_answer.h"
#include "play/player.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;
using record::Failure;
using record::Verdict;
using namespace std::chrono_literals;

namespace {

bool is_block(const lang::Action& action) {
  return std::holds_alternative<lang::TogetherAction>(action) ||
         std::holds_alternative<lang::EachAction>(action) ||
         std::holds_alternative<lang::RepeatAction>(action) ||
         std::holds_alternative<lang::UseAction>(action);
}

// What a failure tells of the answer is all of it. False if nothing was left out.
bool make_whole(const lang::Step& step, Tried& tried, std::vector<Value>& slots) {
  if (!tried.partly) return false;
  const auto json = std::ranges::find(step.seen, "json", &lang::Seen::name);
  slots[json->slot] = whole_json(tried.partly->response());
  tried.partly.reset();
  return true;
}

// Where something differs, it is told of all that was answered.
void judge_whole(const lang::Step& step, const Attempt& attempt, Tried& tried) {
  const size_t passed = tried.passed;
  judge(step, attempt, tried);
  if (tried.held() || !make_whole(step, tried, attempt.slots)) return;
  tried.error.reset();
  tried.mismatches.clear();
  tried.passed = passed;
  tried.failed = 0;
  judge(step, attempt, tried);
}

// What a user waits for, and thinks before.
bool asks(const lang::Action& action) {
  return std::holds_alternative<lang::HttpAction>(action) ||
         std::holds_alternative<lang::OpenAction>(action) ||
         std::holds_alternative<lang::SendAction>(action) ||
         std::holds_alternative<lang::ThirdPartyAction>(action);
}

// The status of an answer that opened no stream.
std::optional<int64_t> refused_stream(const lang::Step& step, const base::Error& error,
                                      const std::vector<Value>& slots) {
  if (!std::holds_alternative<lang::OpenAction>(step.action)) return std::nullopt;
  const auto seen = std::ranges::find(step.seen, "status", &lang::Seen::name);
  const Value& status = slots[seen->slot];
  constexpr int64_t kFirstRefusal = 300;
  if (error.code != Code::refused || !status.is_number()) return std::nullopt;
  return status.as_int() >= kFirstRefusal ? std::optional(status.as_int()) : std::nullopt;
}

// What failures of many plays are counted by.
std::string kind_of_failure(const lang::Step& step, const Tried& tried,
                            const std::vector<Value>& slots) {
  if (tried.error) {
    const auto refused = refused_stream(step, *tried.error, slots);
    return refused ? fmt::format("status {}", *refused)
                   : std::string(base::to_string(tried.error->code));
  }
  for (const record::Mismatch& mismatch : tried.mismatches) {
    if (mismatch.path != "status") continue;
    const auto seen = std::ranges::find(step.seen, "status", &lang::Seen::name);
    if (seen != step.seen.end() && slots[seen->slot].is_number()) {
      return fmt::format("status {}", slots[seen->slot].as_int());
    }
  }
  return tried.too_late ? "too late" : "expectation";
}

// A block is played by the player itself.
io::Task<Result<>> no_action() { co_return base::fail(Code::invalid, "this is no single action"); }

io::Task<Result<>> play_any(const lang::Action& action, Attempt& attempt) {
  return std::visit(
      [&](const auto& one) {
        if constexpr (requires { play_action(one, attempt); }) {
          return play_action(one, attempt);
        } else {
          return no_action();
        }
      },
      action);
}

}  // namespace

io::Task<Outcome> Player::play_step(const lang::Step& step, Branch& branch) {
  if (!step.skip.empty()) {
    skip_step(step, branch);
    co_return Outcome::held;
  }
  if (crowd_ && is_left_out(step)) co_return Outcome::held;
  const base::Instant begin = now();
  branch.cause = world_.loop.now() - last_sent_.until(world_.loop.now());
  Failure failure;
  Tried tried;
  if (step.when) {
    const Result<Value> holds = step.when->evaluate(context(branch));
    if (!holds || !holds->is_bool()) {
      tried.error =
          holds ? base::Error{Code::invalid, "it is neither true nor false"} : holds.error();
      tried.error = base::because(*tried.error, "`when` cannot be evaluated").error();
      finish_step(step, tried, {begin}, branch);
      co_return co_await tell_failure(step, tried, std::move(failure));
    }
    if (!holds->as_bool()) {
      skip_step(step, branch);
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
  failure.number = mark.number();
  if (is_block(step.action)) {
    const uint64_t outer = std::exchange(branch.block, mark.number());
    const Outcome outcome = co_await play_block(step, branch, tried);
    branch.block = outer;
    if (outcome != Outcome::held) co_return outcome;
  } else if (step.within || step.stays || step.times != 1) {
    co_await try_step(step, branch, tried, failure);
  } else {
    co_await try_once(step, branch, tried);
    if (!tried.error) keep_seen(tried, failure);
  }
  Outcome outcome = finish_step(step, tried, {begin, mark.number()}, branch);
  if (outcome == Outcome::failed) {
    if (lang::is_of_page(step)) co_await take_picture(step, branch);
    outcome = co_await tell_failure(step, tried, std::move(failure));
  }
  if (!watches_ || is_block(step.action) || outcome == Outcome::cancelled) co_return outcome;
  const Outcome looked = co_await look_at_invariants(&step, branch);
  co_return looked == Outcome::held ? outcome : looked;
}

// Where many play, what changes nothing is played in some plays only, and pages are one's alone.
bool Player::is_left_out(const lang::Step& step) const {
  if (lang::is_of_page(step)) return !turn_.browses;
  return step.only_looks && !turn_.looks;
}

bool Player::thinks_before(const lang::Step& step) const {
  return crowd_ && step.skip.empty() && asks(step.action) && !is_left_out(step);
}

// The user has thought then. The first step of a play is due when the play is.
void Player::make_due(Branch& branch) const {
  if (!crowd_->think || !std::exchange(branch.thinks, true)) return;
  const auto [from, to] = *crowd_->think;
  branch.due += base::Duration(branch.random.between(from.count(), to.count()));
}

// Until the step is due.
io::Task<bool> Player::think(Branch& branch) {
  make_due(branch);
  const base::Duration left = branch.due - world_.loop.now();
  if (left <= base::Duration::zero()) co_return true;
  co_return (co_await world_.loop.sleep(left)).has_value();
}

// A step that is not played counts as one that is done.
void Player::skip_step(const lang::Step& step, const Branch& branch) {
  if (crowd_) return;
  result_->steps.push_back({step.sentence,
                            step.at.line,
                            Verdict::skipped,
                            {},
                            0,
                            0,
                            step.skip,
                            0,
                            branch.block,
                            now() - begin_});
  observer_.step_finished(*result_, result_->steps.back());
}

// What came of it, counted and told to the observer.
Outcome Player::finish_step(const lang::Step& step, Tried& tried, Begun begun, Branch& branch) {
  if (tried.error && tried.error->code == Code::cancelled) {
    conclude(Verdict::inconclusive);
    return Outcome::cancelled;
  }
  if (tried.held()) {
    tried.saving = true;
    if (Result<> saved = save(step, tried, branch); !saved) tried.error = saved.error();
  }
  const bool held = tried.held();
  const bool lost = !held && tried.lost && (contenders_ > 0 || crowd_);
  const Outcome outcome = held ? Outcome::held : lost ? Outcome::lost : Outcome::failed;
  if (crowd_) {
    measure(step, tried, outcome, branch);
    return outcome;
  }
  const base::Duration took = now() - begun.at;
  result_->steps.push_back({step.sentence, step.at.line,
                            held || lost ? Verdict::passed : Verdict::failed, took, tried.passed,
                            lost ? 0 : tried.failed + (tried.error ? 1 : 0), "", begun.number,
                            branch.block, begun.at - begin_});
  observer_.step_finished(*result_, result_->steps.back());
  return outcome;
}

// Tells the meter what a user of a crowd has seen of it.
void Player::measure(const lang::Step& step, const Tried& tried, Outcome outcome, Branch& branch) {
  Meter& meter = crowd_->meter;
  if (outcome == Outcome::failed) {
    conclude(Verdict::failed);
    meter.failed(&step, branch.due, kind_of_failure(step, tried, branch.slots),
                 describe(step, tried));
  }
  if (!tried.asked || step.within) {
    // What is waited for is measured from what brought it about to when it was first seen.
    // A message has come before somebody looked; with `sent_at` each has a time of its own.
    const base::Instant seen = std::max(tried.came.value_or(world_.loop.now()), branch.cause);
    const bool came =
        step.within && !step.sent_at && outcome == Outcome::held && branch.cause >= begin_;
    const StepTimes waited{branch.cause, branch.cause, seen, true};
    meter.step_ended(step, came ? waited : StepTimes{branch.due}, outcome);
    branch.due = std::max(branch.due, world_.loop.now());
    return;
  }
  const StepTimes times{branch.due, tried.asked->sent, tried.asked->answered, true};
  meter.step_ended(step, times, outcome);
  branch.due = times.answered;
}

io::Task<Outcome> Player::tell_failure(const lang::Step& step, Tried& tried, Failure failure) {
  if (crowd_) co_return Outcome::failed;
  failure.step = step.sentence;
  failure.file = step.at.source->path();
  failure.line = step.at.line;
  failure.message += describe(step, tried);
  failure.mismatches = std::move(tried.mismatches);
  // The end of a service and its last lines may be a moment behind the broken connection.
  (void)co_await world_.loop.sleep(20ms);
  if (auto fallen = world_.fallen()) {
    failure.message = fmt::format("{}; {}", *fallen, failure.message);
  }
  fail(std::move(failure));
  co_return Outcome::failed;
}

// Adds to what `tried` has counted.
// Not inlined, as few do: its frame would be part of every step's.
[[gnu::noinline]] io::Task<Result<>> Player::line_up(const lang::Step& step, Branch& branch,
                                                     Attempt& attempt) {
  net::LastByte* const line = std::exchange(branch.line, nullptr);
  if (std::holds_alternative<lang::HttpAction>(step.action)) {
    attempt.last_byte = line;
    co_return Result<>{};
  }
  co_return co_await line->may_go();
}

io::Task<void> Player::try_once(const lang::Step& step, Branch& branch, Tried& tried) {
  World& world = branch.quiet ? quiet_world_ : world_;
  Attempt attempt{world, step, context(branch), branch.slots, world_.loop.in(step.timeout)};
  attempt.number = branch.step;
  attempt.streams = &branch.streams;
  attempt.last_sent = &last_sent_;
  attempt.stream_totals = crowd_ ? &crowd_->streams : nullptr;
  attempt.call_marks = &call_marks_;
  attempt.performed = &tried.performed;
  attempt.acts_done = &tried.acts_done;
  if (step.person) {
    attempt.person = &plan_.persons[*step.person];
    attempt.session = &session_of(*step.person, branch);
  }
  if (lang::is_of_page(step)) {
    attempt.browser = &session_of(step.person.value_or(plan_.persons.size()), branch);
  }
  Result<> played;
  if (branch.line) played = co_await line_up(step, branch, attempt);
  if (played) played = co_await play_any(step.action, attempt);
  tried.asked = attempt.asked;
  tried.came = attempt.came;
  for (const Delivery& one : attempt.deliveries) {
    if (crowd_) crowd_->meter.received(step, one.sent, one.came);
  }
  tried.over = std::move(attempt.over);
  show_providers(branch);
  if (!played) {
    tried.error = std::move(played).error();
    tried.seen = tried.error->to_string();
    co_return;
  }
  tried.partly = std::move(attempt.partly);
  judge_whole(step, attempt, tried);
  if (step.within || step.stays || !tried.held()) tried.seen = describe_seen(step, attempt);
  tried.absent = std::move(attempt.absent);
}

Result<> Player::save(const lang::Step& step, Tried& tried, Branch& branch) {
  for (const lang::Save& save : step.save) {
    Result<Value> value = save.from.evaluate(context(branch));
    if (!value && make_whole(step, tried, branch.slots)) {
      value = save.from.evaluate(context(branch));
    }
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
