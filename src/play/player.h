// A virtual user: plays one plan, once or again and again, and says what came of it.
//
//   Player player(world, plan, observer);
//   if (co_await player.play(turn) == Verdict::failed) … player.result().failures …
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "play/action.h"
#include "play/judgement.h"
#include "record/results.h"

namespace peregrine::play {

// Which play of a plan this is.
struct Turn {
  uint64_t seed = 0;  // decides all random values of the play
  uint64_t round = 0;
  uint64_t index = 0;  // of the contender or user
};

// The result of a play that has not begun.
record::JourneyResult begin_result(const lang::Plan& plan);

class Player {
 public:
  // The world and the plan outlive the player.
  Player(World& world, const lang::Plan& plan, record::Observer& observer);

  // Plays step after step until one fails; then what is said to come last, and the invariants. Does
  // not reset anything before. Cancelled, it is `inconclusive`. REQUIRES: the play before has
  // ended.
  io::Task<record::Verdict> play(Turn turn);
  // What came of the last play. Valid until the next.
  const record::JourneyResult& result() const { return result_; }
  // The same, to keep; of this player nothing more can be played.
  record::JourneyResult take_result() { return std::move(result_); }

 private:
  // The names of a play and its luck. What happens together has a branch each.
  struct Branch {
    std::vector<base::Value> slots;
    base::Random random;
    uint64_t step = 0;  // that is being played, as the timeline counts
    Streams streams{};
    bool quiet = false;  // what it does now is recorded nowhere
  };
  enum class Outcome { held, lost, failed, cancelled };

  void begin(Turn turn);
  base::Instant now() const;
  lang::Context context(Branch& branch) const;
  io::Task<Outcome> play_all(Branch& branch);
  io::Task<Outcome> play_steps(const lang::Steps& steps, Branch& branch);
  io::Task<void> close_streams(Branch& branch);
  base::Result<> fill_data(const std::vector<lang::Datum>& data, Branch& branch);
  base::Result<> fill_persons(Branch& branch);
  void tell_plays(Branch& branch);

  // One step (player_step.cc).
  io::Task<Outcome> play_step(const lang::Step& step, Branch& branch);
  io::Task<void> try_once(const lang::Step& step, Branch& branch, Tried& tried);
  io::Task<void> try_step(const lang::Step& step, Branch& branch, Tried& tried,
                          record::Failure& failure);
  io::Task<void> try_until(const lang::Step& step, Branch& branch, Tried& tried,
                           record::Failure& failure);
  io::Task<void> keep_trying(const lang::Step& step, Branch& branch, Tried& tried,
                             record::Failure& failure);
  base::Result<> save(const lang::Step& step, Tried& tried, Branch& branch);
  Outcome finish_step(const lang::Step& step, Tried& tried, base::Instant begin, Branch& branch);
  io::Task<Outcome> tell_failure(const lang::Step& step, Tried& tried, record::Failure failure);
  void skip_step(const lang::Step& step);

  // Steps with steps of their own (player_blocks.cc).
  io::Task<Outcome> play_block(const lang::Step& step, Branch& branch, Tried& tried);
  io::Task<Outcome> play_together(const lang::TogetherAction& action, const lang::Step& step,
                                  Branch& branch);
  io::Task<void> play_branch(const lang::Steps& steps, Branch& branch, Outcome& outcome);
  io::Task<Outcome> play_each(const lang::EachAction& action, Branch& branch, Tried& tried);
  io::Task<Outcome> play_repeat(const lang::RepeatAction& action, Branch& branch, Tried& tried);
  io::Task<Outcome> play_use(const lang::UseAction& action, const lang::Step& step, Branch& branch,
                             Tried& tried);

  // Invariants, after the play and in the middle of it (player_invariants.cc).
  io::Task<void> play_invariants(Branch& branch);
  io::Task<Outcome> look_at_invariants(const lang::Step& after, Branch& branch);
  bool is_due(size_t invariant) const;

  // Logins (player_login.cc).
  io::Task<Outcome> ensure_login(size_t person, Branch& branch);
  io::Task<Outcome> ensure_logins(const lang::Steps& steps, Branch& branch);
  base::Result<bool> needs_login(const lang::Person& person, const Session& session,
                                 Branch& branch) const;

  void fail(record::Failure failure);

  World& world_;
  World quiet_world_;  // the same, where nobody looks
  const lang::Plan& plan_;
  record::Observer& observer_;
  uint64_t luck_;  // the plan's own stream of random values
  Turn turn_;
  std::vector<Session> sessions_;   // of the plan's persons
  std::vector<base::Value> slots_;  // of the last play: their memory is used again
  size_t contenders_ = 0;           // blocks of branches that are being played
  LastSent last_sent_;              // a request or a message
  std::vector<bool> broken_;        // the plan's invariants that fell in the middle of the play
  bool watches_ = false;            // some are looked at in the middle of a play, and this is it
  bool has_data_ = false;           // the journey's data have been made
  base::Instant begin_;
  base::WallTime wall_begin_;
  record::JourneyResult result_;
};

}  // namespace peregrine::play
