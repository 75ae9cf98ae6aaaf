// A play of a user of a crowd, who thinks between its steps. Most users of a load do, most of the
// time: a thinking one keeps what his journey's names hold, and nothing else.
#include <algorithm>
#include <utility>

#include "play/player.h"

namespace peregrine::play {

using base::Value;
using record::Verdict;

void Player::begin_as_user(Turn turn) {
  Underway play{.branch = begin(turn)};
  if (underway_) {
    *underway_ = std::move(play);
  } else {
    underway_ = std::make_unique<Underway>(std::move(play));
  }
  Branch& branch = underway_->branch;
  has_data_ = fill_persons(branch) && fill_data(plan_.data, branch);
  if (!has_data_) underway_->outcome = Outcome::failed;
}

io::Task<std::optional<Outcome>> Player::go_on_as_user() {
  Underway& play = *underway_;
  take_up(play);
  for (; play.outcome == Outcome::held && play.next < plan_.steps.size(); ++play.next) {
    const lang::Step& step = plan_.steps[play.next];
    if (has_to_think(step, play)) {
      lay_away(play);
      co_return std::nullopt;
    }
    play.outcome = co_await play_step(step, play.branch);
  }
  Outcome outcome = play.outcome;
  if (play.branch.streams.has_own()) co_await close_streams(play.branch);
  if (turn_.browses) co_await close_pages(sessions_);
  if (outcome == Outcome::held && turn_.looks) co_await play_invariants(play.branch);
  if (verdict_ == Verdict::failed && outcome != Outcome::cancelled) {
    outcome = Outcome::failed;  // an invariant
  }
  told_play_ = plan_.then.empty() ? Value() : tell_play(play.branch, outcome == Outcome::held);
  keep_persons(play.branch);
  if (!crowd_->think) {
    slots_ = std::move(play.branch.slots);
    slots_.clear();
  } else {
    underway_.reset();
  }
  co_return outcome;
}

// Whether the step is not due yet. It is, once he has gone on.
bool Player::has_to_think(const lang::Step& step, Underway& play) {
  if (!thinks_before(step) || std::exchange(play.has_thought, false)) return false;
  make_due(play.branch);
  play.has_thought = play.branch.due > world_.loop.now();
  return play.has_thought;
}

void Player::lay_away(Underway& play) const {
  std::vector<Value>& slots = play.branch.slots;
  for (; play.forgotten < play.next; ++play.forgotten) {
    for (const lang::Seen& seen : plan_.steps[play.forgotten].seen) slots[seen.slot] = Value();
  }
  const auto is_set = [](const Value& value) { return !value.is_null(); };
  play.kept.reserve(static_cast<size_t>(std::ranges::count_if(slots, is_set)));
  for (lang::Slot i = 0; i < slots.size(); ++i) {
    if (is_set(slots[i])) play.kept.emplace_back(i, std::move(slots[i]));
  }
  slots = std::vector<Value>();
}

void Player::take_up(Underway& play) const {
  play.branch.slots.resize(plan_.slots);
  for (auto& [slot, value] : std::exchange(play.kept, {})) {
    play.branch.slots[slot] = std::move(value);
  }
}

}  // namespace peregrine::play
