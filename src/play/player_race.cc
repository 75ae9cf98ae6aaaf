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

// Who plays another journey, beside those of this one.
struct Player::Beside {
  Beside(World& world, const lang::Plan& plan, record::Observer& observer, Turn turn)
      : player(world, plan, observer), branch(player.begin(turn)) {}

  Player player;
  Branch branch;
  Contenders own{};
};

// One of those who contend, and whose.
struct Player::Entrant {
  Player* of;
  Contender* one;
};

io::Task<Outcome> Player::play_contenders(Branch& branch, Gate& gate) {
  Contenders own;
  AllBeside others;
  Outcome outcome = co_await come_to_race(branch, {}, own);
  if (outcome == Outcome::held) outcome = co_await bring_beside(branch, others);
  if (outcome == Outcome::held) {
    std::vector<Entrant> all;
    for (const auto& one : own) all.push_back({this, one.get()});
    for (const auto& other : others) {
      for (const auto& one : other->own) all.push_back({&other->player, one.get()});
    }
    outcome = co_await contend(all, gate, world_.loop);
    if (outcome == Outcome::held) outcome = tell_contenders(all, branch);
  }
  contenders_ = 0;
  if (outcome == Outcome::held) outcome = co_await play_then(own, branch);
  for (const auto& other : others) {
    Player& player = other->player;
    player.contenders_ = 0;
    Outcome end = outcome;
    if (end == Outcome::held) end = co_await player.play_then(other->own, other->branch);
    co_await player.finish(other->branch, end);
    adopt(player.take_result());
    if (outcome == Outcome::held) outcome = end;
  }
  co_return outcome;
}

// What comes before the race: `given`, data, and each one's own way to it.
io::Task<Outcome> Player::come_to_race(Branch& branch, const base::Map& shared, Contenders& own) {
  if (!fill_persons(branch)) co_return Outcome::failed;
  Outcome outcome = co_await play_steps(plan_.given, branch);
  if (outcome != Outcome::held) co_return outcome;
  if (!fill_data_beside(shared, branch)) co_return Outcome::failed;
  has_data_ = true;
  ++contenders_;
  co_return co_await bring_contenders(branch, shared, own);
}

io::Task<Outcome> Player::bring_beside(const Branch& branch, AllBeside& others) {
  const base::Map shared = shared_data(branch);
  for (const auto& plan : plan_.race->with) {
    others.push_back(std::make_unique<Beside>(world_, *plan, observer_, Turn{.seed = turn_.seed}));
    Beside& other = *others.back();
    const Outcome came = co_await other.player.come_to_race(other.branch, shared, other.own);
    if (came != Outcome::held) co_return came;
  }
  co_return Outcome::held;
}

base::Map Player::shared_data(const Branch& branch) const {
  base::MapBuilder shared;
  for (const size_t datum : plan_.race->shared) {
    shared.set(plan_.data[datum].name, branch.slots[plan_.data[datum].slot]);
  }
  return shared.build();
}

// Whether all have it in common: those of this journey, or those of several.
bool Player::is_common(size_t datum, const base::Map& shared) const {
  const auto& own = plan_.race->shared;
  return shared.find(plan_.data[datum].name) || std::ranges::find(own, datum) != own.end();
}

Result<> Player::fill_data_beside(const base::Map& shared, Branch& branch) {
  for (const lang::Datum& datum : plan_.data) {
    if (const Value* given = shared.find(datum.name)) {
      branch.slots[datum.slot] = *given;
    } else {
      TRY_OK(fill_datum(datum, branch));
    }
  }
  return {};
}

// Each goes his own way to the step from which on they contend.
io::Task<Outcome> Player::bring_contenders(Branch& branch, const base::Map& shared,
                                           Contenders& own) {
  const lang::RaceSpec& race = *plan_.race;
  for (size_t i = 0; i < race.contenders; ++i) {
    own.push_back(std::make_unique<Contender>(
        Contender{.branch = {.slots = branch.slots,
                             .random = base::Random(branch.random.next()),
                             .streams = branch.streams.of_branch()}}));
    Contender& one = *own.back();
    make_sessions(one.sessions);
    one.branch.sessions = &one.sessions;
    one.branch.slots[plan_.known.index] = Value(static_cast<int64_t>(i));
    turn_.index = i;
    if (!fill_persons(one.branch)) co_return Outcome::failed;
    for (size_t datum = 0; datum < plan_.data.size(); ++datum) {
      if (is_common(datum, shared)) continue;
      if (!fill_datum(plan_.data[datum], one.branch)) co_return Outcome::failed;
    }
    plan_more(i > 0 ? plan_.steps.size() : 0);
    const Outcome came = co_await play_range(plan_.steps, 0, race.from, one.branch);
    if (came != Outcome::held) co_return came;
  }
  co_return Outcome::held;
}

io::Task<Outcome> Player::contend(std::vector<Entrant> all, Gate& gate, io::Loop& loop) {
  gate.gather(all.size());
  {
    io::Scope scope(loop);
    for (size_t i = 0; i < all.size(); ++i) {
      scope.spawn(all[i].of->contend_alone(*all[i].one, i, gate));
    }
    if (const Result<> joined = co_await scope.join(io::Deadline::never()); !joined) {
      scope.cancel(joined.error());
      co_return Outcome::cancelled;
    }
  }
  co_await gate.disperse();
  Outcome worst = Outcome::held;
  for (const Entrant& entrant : all) {
    if (entrant.one->away) continue;
    const Outcome outcome = co_await entrant.of->look_behind(*entrant.one);
    if (outcome == Outcome::cancelled) co_return Outcome::cancelled;
    if (outcome == Outcome::failed) worst = Outcome::failed;
  }
  co_return worst;
}

io::Task<void> Player::contend_alone(Contender& one, size_t number, Gate& gate) {
  const Result<bool> let_in = co_await gate.enter(number);
  if (!let_in) co_return;
  one.away = !*let_in;
  if (one.away) co_return;
  Place place(gate, number);
  one.branch.line = &place;
  one.outcome = co_await play_range(plan_.steps, plan_.race->from, plan_.race->until, one.branch);
  one.branch.line = nullptr;
  gate.leave(number);
}

// The steps that are played when all are done.
io::Task<Outcome> Player::look_behind(Contender& one) {
  if (one.outcome == Outcome::held) {
    one.outcome =
        co_await play_range(plan_.steps, plan_.race->until, plan_.steps.size(), one.branch);
  }
  co_await close_streams(one.branch);
  co_await close_pages(one.sessions);
  co_return one.outcome;
}

io::Task<Outcome> Player::play_then(const Contenders& own, Branch& branch) {
  if (plan_.then.empty()) co_return Outcome::held;
  base::List plays;
  for (const auto& one : own) {
    if (!one->away) plays.push_back(tell_play(one->branch, one->outcome == Outcome::held));
  }
  branch.slots[plan_.known.plays] = Value(std::move(plays));
  co_return co_await play_steps(plan_.then, branch);
}

// What fell for who played another journey fell for this race. An invariant of the system is told
// once.
void Player::adopt(record::JourneyResult other) {
  for (record::Failure& failure : other.failures) {
    const bool told = std::ranges::any_of(result_->failures, [&](const record::Failure& one) {
      return one.step == failure.step && one.file == failure.file && one.line == failure.line;
    });
    if (!told) result_->failures.push_back(std::move(failure));
  }
  if (other.verdict == Verdict::inconclusive) conclude(Verdict::inconclusive);
  if (other.verdict == Verdict::failed && verdict_ == Verdict::passed) conclude(Verdict::failed);
}

// How many have won, as `expect` of `race` wants it.
Outcome Player::tell_contenders(const std::vector<Entrant>& all, Branch& branch) {
  int64_t won = 0, lost = 0;
  for (const Entrant& entrant : all) {
    const Contender& one = *entrant.one;
    won_.push_back(one.outcome == Outcome::held);
    if (one.away) continue;
    won += one.outcome == Outcome::held ? 1 : 0;
    lost += one.outcome == Outcome::lost ? 1 : 0;
  }
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
