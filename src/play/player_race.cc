// A play in which several contend: each comes to the step alone from which on all go at once, and
// what only looks is played when all are done.
#include <fmt/core.h>

#include <algorithm>

#include "play/gate.h"
#include "play/match.h"
#include "play/player.h"

namespace peregrine::play {

using base::Result;
using base::Value;
using record::Verdict;

// One of those who contend: with names, luck and a browser of his own.
struct Player::Contender {
  Branch branch;
  std::vector<Session> sessions{};
  Outcome outcome = Outcome::cancelled;
  bool away = false;  // he was not let in
};

io::Task<Verdict> Player::race(Turn turn, Gate& gate) {
  Branch branch = begin(turn);
  won_.clear();
  observer_.journey_started(*result_);
  Outcome outcome = Outcome::failed;
  if (plan_.race && plan_.race->contenders > 0) {
    outcome = co_await play_contenders(branch, gate);
  } else {
    gate_ = &gate;
    outcome = co_await play_all(branch);
    gate_ = nullptr;
  }
  co_await finish(branch, outcome);
  slots_ = std::move(branch.slots);
  slots_.clear();
  co_return verdict_;
}

io::Task<Outcome> Player::play_contenders(Branch& branch, Gate& gate) {
  if (!fill_persons(branch)) co_return Outcome::failed;
  Outcome outcome = co_await play_steps(plan_.given, branch);
  if (outcome != Outcome::held) co_return outcome;
  if (!fill_data(plan_.data, branch)) co_return Outcome::failed;
  has_data_ = true;
  std::vector<std::unique_ptr<Contender>> all;
  ++contenders_;
  outcome = co_await bring_contenders(branch, all);
  if (outcome == Outcome::held) outcome = co_await contend(all, gate);
  --contenders_;
  if (outcome != Outcome::held) co_return outcome;
  outcome = tell_contenders(all, branch);
  if (outcome != Outcome::held || plan_.then.empty()) co_return outcome;
  co_return co_await play_steps(plan_.then, branch);
}

// Each goes his own way to the step from which on they contend.
io::Task<Outcome> Player::bring_contenders(Branch& branch,
                                           std::vector<std::unique_ptr<Contender>>& all) {
  const lang::RaceSpec& race = *plan_.race;
  for (size_t i = 0; i < race.contenders; ++i) {
    all.push_back(std::make_unique<Contender>(
        Contender{.branch = {.slots = branch.slots,
                             .random = base::Random(branch.random.next()),
                             .streams = branch.streams.of_branch()}}));
    Contender& one = *all.back();
    one.sessions.resize(plan_.persons.size());
    one.branch.sessions = &one.sessions;
    one.branch.slots[plan_.known.index] = Value(static_cast<int64_t>(i));
    turn_.index = i;
    if (!fill_persons(one.branch)) co_return Outcome::failed;
    for (size_t datum = 0; datum < plan_.data.size(); ++datum) {
      if (std::ranges::find(race.shared, datum) != race.shared.end()) continue;
      if (!fill_datum(plan_.data[datum], one.branch)) co_return Outcome::failed;
    }
    plan_more(i > 0 ? plan_.steps.size() : 0);
    const Outcome came = co_await play_range(plan_.steps, 0, race.from, one.branch);
    if (came != Outcome::held) co_return came;
  }
  co_return Outcome::held;
}

io::Task<Outcome> Player::contend(std::vector<std::unique_ptr<Contender>>& all, Gate& gate) {
  gate.gather(all.size());
  {
    io::Scope scope(world_.loop);
    for (size_t i = 0; i < all.size(); ++i) scope.spawn(contend_alone(*all[i], i, gate));
    if (const Result<> joined = co_await scope.join(io::Deadline::never()); !joined) {
      scope.cancel(joined.error());
      co_return Outcome::cancelled;
    }
  }
  co_await gate.disperse();
  Outcome worst = Outcome::held;
  for (const auto& one : all) {
    if (one->away) continue;
    if (one->outcome == Outcome::held) {
      one->outcome =
          co_await play_range(plan_.steps, plan_.race->until, plan_.steps.size(), one->branch);
    }
    co_await close_streams(one->branch);
    if (one->outcome == Outcome::cancelled) co_return Outcome::cancelled;
    if (one->outcome == Outcome::failed) worst = Outcome::failed;
  }
  co_return worst;
}

io::Task<void> Player::contend_alone(Contender& one, size_t number, Gate& gate) {
  const Result<bool> let_in = co_await gate.enter(number);
  if (!let_in) co_return;
  one.away = !*let_in;
  if (one.away) co_return;
  one.outcome = co_await play_range(plan_.steps, plan_.race->from, plan_.race->until, one.branch);
  gate.leave(number);
}

// How many have won, as `expect` of `race` wants it, and what `then` sees of them.
Outcome Player::tell_contenders(const std::vector<std::unique_ptr<Contender>>& all,
                                Branch& branch) {
  int64_t won = 0, lost = 0;
  base::List plays;
  for (const auto& one : all) {
    won_.push_back(one->outcome == Outcome::held);
    if (one->away) continue;
    won += one->outcome == Outcome::held ? 1 : 0;
    lost += one->outcome == Outcome::lost ? 1 : 0;
    plays.push_back(tell_play(one->branch, one->outcome == Outcome::held));
  }
  branch.slots[plan_.known.plays] = Value(std::move(plays));
  record::Failure failure;
  const auto compare = [&](const std::optional<lang::Pattern>& pattern, std::string_view name,
                           int64_t count) {
    const Value value(count);
    if (!pattern) return;
    if (auto matched = match(*pattern, &value, context(branch), name, failure.mismatches); !matched)
      failure.message += matched.error().to_string();
  };
  compare(plan_.race->won, "won", won);
  compare(plan_.race->lost, "lost", lost);
  if (failure.mismatches.empty() && failure.message.empty()) return Outcome::held;
  failure.step = "race";
  failure.file = plan_.race->at.source->path();
  failure.line = plan_.race->at.line;
  if (failure.message.empty()) failure.message = "not as many won, or lost, as it expects";
  fail(std::move(failure));
  return Outcome::failed;
}

}  // namespace peregrine::play
