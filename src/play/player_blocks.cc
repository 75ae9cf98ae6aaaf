// together, each, repeat, use: steps with steps of their own.
#include <fmt/core.h>

#include "base/json.h"
#include "io/scope.h"
#include "play/match.h"
#include "play/player.h"

namespace peregrine::play {

using base::Code;
using base::Result;
using base::Value;

namespace {

constexpr size_t kMostElements = 100'000;  // of `each`

void see(const lang::Step& step, std::string_view name, Value value, std::vector<Value>& slots) {
  for (const lang::Seen& seen : step.seen) {
    if (seen.name == name) slots[seen.slot] = std::move(value);
  }
}

}  // namespace

io::Task<Outcome> Player::play_block(const lang::Step& step, Branch& branch, Tried& tried) {
  Outcome outcome = Outcome::held;
  if (const auto* together = std::get_if<lang::TogetherAction>(&step.action)) {
    outcome = co_await play_together(*together, step, branch);
  } else if (const auto* each = std::get_if<lang::EachAction>(&step.action)) {
    outcome = co_await play_each(*each, branch, tried);
  } else if (const auto* repeat = std::get_if<lang::RepeatAction>(&step.action)) {
    outcome = co_await play_repeat(*repeat, branch, tried);
  } else if (const auto* use = std::get_if<lang::UseAction>(&step.action)) {
    outcome = co_await play_use(*use, step, branch, tried);
  }
  if (outcome != Outcome::held || tried.error || tried.failed > 0) co_return outcome;
  const Attempt attempt{world_, step, context(branch), branch.slots, io::Deadline::never()};
  judge(step, attempt, tried);
  co_return outcome;
}

// Whether it is the one whose branches the gate lets in.
bool Player::is_raced(const lang::TogetherAction& action) const {
  if (!gate_ || !plan_.race || !plan_.race->together) return false;
  return &action == std::get_if<lang::TogetherAction>(&plan_.steps[*plan_.race->together].action);
}

// All branches begin in the same turn of the loop. Each has the names as they are now and keeps
// what it saves; a branch that is lost is no failure.
io::Task<Outcome> Player::play_together(const lang::TogetherAction& action, const lang::Step& step,
                                        Branch& branch) {
  if (branch.line && !co_await std::exchange(branch.line, nullptr)->may_go()) {
    conclude(record::Verdict::inconclusive);
    co_return Outcome::cancelled;
  }
  std::vector<const lang::TogetherAction::Branch*> plays;
  for (const lang::TogetherAction::Branch& played : action.branches) {
    for (int64_t i = 0; i < action.times; ++i) plays.push_back(&played);
    const Outcome login = co_await ensure_logins(played.steps, branch);
    if (login != Outcome::held) co_return login;
  }
  std::vector<Branch> branches;
  for (size_t i = 0; i < plays.size(); ++i) {
    branches.push_back({.slots = branch.slots,
                        .random = base::Random(branch.random.next()),
                        .block = branch.block,
                        .streams = branch.streams.of_branch(),
                        .sessions = branch.sessions});
    if (action.times > 1) branches.back().slots[plan_.known.index] = Value(static_cast<int64_t>(i));
  }
  std::vector<Outcome> outcomes(plays.size(), Outcome::cancelled);
  ++contenders_;
  Gate* const gate = is_raced(action) ? std::exchange(gate_, nullptr) : nullptr;
  if (gate) gate->gather(plays.size());
  {
    io::Scope scope(world_.loop);
    for (size_t i = 0; i < plays.size(); ++i) {
      const lang::Steps& steps = plays[i]->steps;
      scope.spawn(gate ? enter_branch(steps, branches[i], i, *gate, outcomes[i])
                       : play_branch(steps, branches[i], outcomes[i]));
    }
    Result<> joined = co_await scope.join(io::Deadline::never());
    if (!joined) scope.cancel(joined.error());
  }
  if (gate) co_await gate->disperse();
  --contenders_;

  size_t won = 0, lost = 0;
  base::List told;
  Outcome worst = Outcome::held;
  for (size_t i = 0; i < plays.size(); ++i) {
    won += outcomes[i] == Outcome::held ? 1 : 0;
    if (gate) won_.push_back(outcomes[i] == Outcome::held);
    lost += outcomes[i] == Outcome::lost ? 1 : 0;
    if (outcomes[i] == Outcome::failed && worst != Outcome::cancelled) worst = Outcome::failed;
    if (outcomes[i] == Outcome::cancelled) worst = Outcome::cancelled;
    base::MapBuilder outcome;
    outcome.set("won", Value(outcomes[i] == Outcome::held));
    for (const auto& [name, slot] : plays[i]->names) outcome.set(name, branches[i].slots[slot]);
    told.push_back(Value(outcome.build()));
  }
  see(step, "won", Value(won), branch.slots);
  see(step, "lost", Value(lost), branch.slots);
  see(step, "outcomes", Value(std::move(told)), branch.slots);
  if (worst == Outcome::cancelled) conclude(record::Verdict::inconclusive);
  co_return worst;
}

io::Task<void> Player::play_branch(const lang::Steps& steps, Branch& branch, Outcome& outcome) {
  plan_more(steps.size());
  outcome = co_await play_steps(steps, branch);
  if (outcome != Outcome::cancelled) co_await close_streams(branch);
}

io::Task<void> Player::enter_branch(const lang::Steps& steps, Branch& branch, size_t number,
                                    Gate& gate, Outcome& outcome) {
  const Result<bool> let_in = co_await gate.enter(number);
  if (!let_in) co_return;
  if (!*let_in) {
    outcome = Outcome::lost;
    co_return;
  }
  Place place(gate, number);
  branch.line = &place;
  co_await play_branch(steps, branch, outcome);
  branch.line = nullptr;
  gate.leave(number);
}

io::Task<Outcome> Player::play_each(const lang::EachAction& action, Branch& branch, Tried& tried) {
  const Result<Value> list = action.list.evaluate(context(branch));
  if (!list || !list->is_list() || list->as_list().size() > kMostElements) {
    tried.error =
        !list ? list.error()
        : list->is_list()
            ? base::Error{Code::limit, fmt::format("more than {} elements", kMostElements)}
            : base::Error{Code::invalid,
                          fmt::format("`{}` is no list but {}", action.list.text, show(*list))};
    co_return Outcome::held;
  }
  for (const Value& element : list->as_list()) {
    branch.slots[action.element] = element;
    plan_more(action.steps.size());
    const Outcome outcome = co_await play_steps(action.steps, branch);
    if (outcome != Outcome::held) co_return outcome;
  }
  co_return Outcome::held;
}

io::Task<Outcome> Player::play_repeat(const lang::RepeatAction& action, Branch& branch,
                                      Tried& tried) {
  for (int64_t round = 1; round <= action.max; ++round) {
    plan_more(action.steps.size());
    const Outcome outcome = co_await play_steps(action.steps, branch);
    if (outcome != Outcome::held) co_return outcome;
    const Result<Value> enough = action.until.evaluate(context(branch));
    if (!enough || !enough->is_bool()) {
      tried.error = enough
                        ? base::Error{Code::invalid, fmt::format("`until` is {}, which is neither "
                                                                 "true nor false",
                                                                 show(*enough))}
                        : base::because(enough.error(), "`until` cannot be evaluated").error();
      co_return Outcome::held;
    }
    if (enough->as_bool()) {
      tried.passed += 1;
      co_return Outcome::held;
    }
  }
  tried.failed += 1;
  tried.mismatches.push_back({"until", fmt::format("true after at most {} times", action.max),
                              fmt::format("`{}` is false", action.until.text)});
  co_return Outcome::held;
}

io::Task<Outcome> Player::play_use(const lang::UseAction& action, const lang::Step& step,
                                   Branch& branch, Tried& tried) {
  // All from the names outside, before any of them is set: a part may use itself no more, but the
  // same part may have been played before.
  std::vector<Value> values;
  for (const auto& input : action.inputs) {
    Result<Value> value = input.value.fill(context(branch));
    if (!value) {
      tried.error =
          base::because(value.error(), fmt::format("`{}` has no value", input.name)).error();
      co_return Outcome::held;
    }
    Result<> fits = match(input.kind, &*value, context(branch), input.name, tried.mismatches);
    if (!fits) tried.error = fits.error();
    values.push_back(*std::move(value));
  }
  tried.failed += tried.mismatches.size();
  if (tried.error || tried.failed > 0) co_return Outcome::held;
  for (size_t i = 0; i < values.size(); ++i) {
    branch.slots[action.inputs[i].slot] = std::move(values[i]);
  }
  plan_more(action.steps.size());
  const Outcome outcome = co_await play_steps(action.steps, branch);
  for (const auto& [name, slot] : action.outputs) see(step, name, branch.slots[slot], branch.slots);
  co_return outcome;
}

}  // namespace peregrine::play
