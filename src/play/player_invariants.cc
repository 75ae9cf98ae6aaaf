// Invariants: all after the play and, those that hold always, after each step of it. Between steps
// they are looked at without a word: only one that is broken is told.
#include <fmt/core.h>

#include "play/player.h"

namespace peregrine::play {

// All of them, whichever of them falls. One that broke in the middle of the play has been told.
io::Task<void> Player::play_invariants(Branch& branch) {
  watches_ = false;
  for (size_t i = 0; i < plan_.invariants.size(); ++i) {
    if (broken_[i] || !is_of_this(plan_.invariants[i])) continue;
    if (co_await play_step(plan_.invariants[i].step, branch) == Outcome::cancelled) co_return;
  }
}

// Where many play, an invariant that reads what one play alone has is looked at after that play,
// and all others once at the end.
bool Player::is_of_this(const lang::Invariant& invariant) const {
  if (!crowd_ && !around_) return true;
  return invariant.of_one_play == (crowd_ != nullptr);
}

bool Player::is_due(size_t index) const {
  const lang::Invariant& invariant = plan_.invariants[index];
  const bool has_names = has_data_ || !invariant.own || (around_ && !invariant.of_one_play);
  return invariant.always && has_names && !broken_[index] && invariant.step.skip.empty();
}

io::Task<void> Player::look_meanwhile() { (void)co_await look_at_invariants(nullptr, *around_); }

// After a step, or while others play.
io::Task<Outcome> Player::look_at_invariants(const lang::Step* after, Branch& branch) {
  Outcome outcome = Outcome::held;
  for (size_t i = 0; i < plan_.invariants.size() && !world_.fallen(); ++i) {
    if (!is_due(i)) continue;
    const lang::Step& step = plan_.invariants[i].step;
    const base::Instant begin = now();
    record::Failure failure;
    branch.quiet = true;
    Tried tried;
    co_await try_step(step, branch, tried, failure);
    branch.quiet = false;
    // Of branches that go on together the first to see it tells it.
    const bool cancelled = tried.error && tried.error->code == base::Code::cancelled;
    if (tried.held() || (broken_[i] && !cancelled)) continue;
    if (cancelled && !after) co_return Outcome::cancelled;
    broken_[i] = true;
    failure.message =
        after ? fmt::format("broken after the step \"{}\" in line {}: ", after->sentence,
                            after->at.line)
              : std::string("broken while the users played: ");
    outcome = finish_step(step, tried, {begin}, branch);
    if (outcome == Outcome::cancelled) co_return outcome;
    outcome = co_await tell_failure(step, tried, std::move(failure));
  }
  co_return outcome;
}

}  // namespace peregrine::play
