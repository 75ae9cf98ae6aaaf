// A virtual user: plays one plan, once or again and again, and says what came of it.
//
//   Player player(world, plan, observer);
//   if (co_await player.play(turn) == Verdict::failed) … player.result().failures …
//
// Where many play, what a journey does once is played by one: begin_all(), and end_all() when the
// last user is done. Each user is a player of a crowd; he keeps what he is called and his logins
// from one play to the next, and tells the crowd's meter instead of keeping results.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "play/action.h"
#include "play/crowd.h"
#include "play/gate.h"
#include "play/judgement.h"
#include "record/results.h"

namespace peregrine::play {

// Which play of a plan this is.
struct Turn {
  uint64_t seed = 0;  // decides all random values of the play
  uint64_t round = 0;
  uint64_t index = 0;   // of the contender or user
  base::Instant due{};  // when it was to begin, in a crowd
  bool looks = true;    // in a crowd: whether steps that only look are played
  bool browses = true;  // in a crowd: whether those of a page are
};

// The result of a play that has not begun.
record::JourneyResult begin_result(const lang::Plan& plan);

class Player {
 public:
  // All of them outlive the player.
  Player(World& world, const lang::Plan& plan, record::Observer& observer);
  Player(World& world, const lang::Plan& plan, record::Observer& observer, const Crowd& crowd);

  // Plays step after step until one fails; then what is said to come last, and the invariants. Does
  // not reset anything before. Cancelled, it is `inconclusive`. REQUIRES: the play before has
  // ended.
  io::Task<record::Verdict> play(Turn turn);

  // The same, where the journey's contenders, with one of each journey that its race has beside it,
  // or the branches of its raced `together`, are let in by the gate one by one. One that is lost is
  // no failure. The gate outlives the play.
  io::Task<record::Verdict> race(Turn turn, Gate& gate);
  // Which of those who contended in the last race have won.
  const std::vector<bool>& won() const { return won_; }

  // What comes before and after the plays of a crowd. `given` alone; what it leaves is given().
  io::Task<record::Verdict> begin_all(Turn turn);
  const std::vector<base::Value>& given() const { return around_->slots; }
  // `then`, if `given` has held, which is shown these plays; `finally`, and the invariants that
  // are not of one play alone. REQUIRES: begin_all() has ended.
  io::Task<record::Verdict> end_all(base::List plays);
  // Something beside its steps has failed, which end_all() is to tell with the rest.
  void blame(record::Failure failure) { fail(std::move(failure)); }
  // Looks at those invariants that hold always, while the crowd plays; each that does not is told
  // once, by what end_all() gives. REQUIRES: begin_all() has ended, and end_all() has not begun.
  io::Task<void> look_meanwhile();
  // Steps of plan.staged, while the crowd plays, between looks: one after the other. REQUIRES: the
  // same as for look_meanwhile().
  io::Task<void> play_staged(const lang::Steps& steps);
  // One play of a user of a crowd, `data` and `steps`, is played in pieces: begun, and gone on with
  // until it has an outcome. Null: he thinks until due(), which takes no task and little memory.
  // REQUIRES: he is one; of going on, that a play has begun and not ended.
  void begin_as_user(Turn turn);
  io::Task<std::optional<Outcome>> go_on_as_user();
  base::Instant due() const { return underway_->branch.due; }
  // What he has begun ends with the piece that comes next, as if that were cancelled.
  void cut_off() { underway_->outcome = Outcome::cancelled; }
  // What `then` is to see of the last play as a user: its names, and `won`. Empty until then, and
  // where the journey has no `then`.
  const base::Value& told_play() const { return told_play_; }
  // What came of the last play. Valid until the next. REQUIRES: he is no user of a crowd (so
  // below).
  const record::JourneyResult& result() const { return *result_; }
  // The same, to keep; of this player nothing more can be played.
  record::JourneyResult take_result() { return std::move(*result_); }

 private:
  Player(World& world, const lang::Plan& plan, record::Observer& observer, const Crowd* crowd);

  // The names of a play and its luck. What happens together has a branch each.
  struct Branch {
    std::vector<base::Value> slots;
    base::Random random;
    uint64_t step = 0;   // that is being played, as the timeline counts
    uint64_t block = 0;  // that holds it
    Streams streams{};
    std::vector<Session>* sessions = nullptr;  // where they are not the player's
    bool quiet = false;                        // what it does now is recorded nowhere
    base::Instant due{};                       // in a crowd: when its next step is to begin
    bool thinks = false;                       // it has asked something before
    base::Instant cause{};          // when something was sent last, before its step began
    net::LastByte* line = nullptr;  // where it waits before the first thing that it does
  };
  // A step that is being played: since when, and its number on the timeline, if it is there.
  struct Begun {
    base::Instant at;
    uint64_t number = 0;
  };

  // A play of a user of a crowd.
  struct Underway {
    Branch branch;
    Outcome outcome = Outcome::held;  // so far
    size_t next = 0;                  // of the plan's steps
    size_t forgotten = 0;             // what the steps before this one have seen is gone
    bool has_thought = false;         // before the next
    // While he thinks: all that his slots hold.
    std::vector<std::pair<lang::Slot, base::Value>> kept{};
  };

  Branch begin(Turn turn);
  void lay_away(Underway& play) const;
  void take_up(Underway& play) const;
  bool has_to_think(const lang::Step& step, Underway& play);
  io::Task<void> finish(Branch& branch, Outcome outcome);
  base::Instant now() const;
  lang::Context context(Branch& branch) const;
  // What providers have now, for the names of theirs.
  void show_providers(Branch& branch) const;
  io::Task<Outcome> play_all(Branch& branch);
  io::Task<Outcome> play_steps(const lang::Steps& steps, Branch& branch);
  io::Task<void> close_streams(Branch& branch);
  io::Task<Outcome> play_range(const lang::Steps& steps, size_t from, size_t until, Branch& branch);
  base::Result<> fill_data(const std::vector<lang::Datum>& data, Branch& branch);
  base::Result<> fill_datum(const lang::Datum& datum, Branch& branch);
  base::Result<> fill_persons(Branch& branch);
  base::Value tell_play(const Branch& branch, bool won) const;
  void keep_persons(Branch& branch);
  void tell_timeline();

  // One step (player_step.cc).
  io::Task<Outcome> play_step(const lang::Step& step, Branch& branch);
  bool is_left_out(const lang::Step& step) const;
  bool thinks_before(const lang::Step& step) const;
  void make_due(Branch& branch) const;
  io::Task<bool> think(Branch& branch);
  io::Task<base::Result<>> line_up(const lang::Step& step, Branch& branch, Attempt& attempt);
  io::Task<void> try_once(const lang::Step& step, Branch& branch, Tried& tried);
  base::Result<> save(const lang::Step& step, Tried& tried, Branch& branch);
  Outcome finish_step(const lang::Step& step, Tried& tried, Begun begun, Branch& branch);
  io::Task<Outcome> tell_failure(const lang::Step& step, Tried& tried, record::Failure failure);
  void skip_step(const lang::Step& step, const Branch& branch);
  void measure(const lang::Step& step, const Tried& tried, Outcome outcome, Branch& branch);

  // A step that is repeated (player_waits.cc).
  io::Task<void> try_step(const lang::Step& step, Branch& branch, Tried& tried,
                          record::Failure& failure);
  io::Task<void> try_until(const lang::Step& step, Branch& branch, Tried& tried,
                           record::Failure& failure);
  io::Task<base::Result<>> wait_for_change(const lang::Step& step, Branch& branch,
                                           base::Duration pause, base::Instant until);
  io::Task<void> keep_trying(const lang::Step& step, Branch& branch, Tried& tried,
                             record::Failure& failure);

  // Steps with steps of their own (player_blocks.cc).
  io::Task<Outcome> play_block(const lang::Step& step, Branch& branch, Tried& tried);
  io::Task<Outcome> play_together(const lang::TogetherAction& action, const lang::Step& step,
                                  Branch& branch);
  bool is_raced(const lang::TogetherAction& action) const;
  io::Task<void> play_branch(const lang::Steps& steps, Branch& branch, Outcome& outcome);
  io::Task<void> enter_branch(const lang::Steps& steps, Branch& branch, size_t number, Gate& gate,
                              Outcome& outcome);
  io::Task<Outcome> play_each(const lang::EachAction& action, Branch& branch, Tried& tried);
  io::Task<Outcome> play_repeat(const lang::RepeatAction& action, Branch& branch, Tried& tried);
  io::Task<Outcome> play_use(const lang::UseAction& action, const lang::Step& step, Branch& branch,
                             Tried& tried);

  // Those who contend (player_race.cc).
  struct Contender;
  struct Beside;
  struct Entrant;
  using Contenders = std::vector<std::unique_ptr<Contender>>;
  using AllBeside = std::vector<std::unique_ptr<Beside>>;
  io::Task<Outcome> play_contenders(Branch& branch, Gate& gate);
  io::Task<Outcome> come_to_race(Branch& branch, const base::Map& shared, Contenders& own);
  io::Task<Outcome> bring_beside(const Branch& branch, AllBeside& others);
  io::Task<Outcome> bring_contenders(Branch& branch, const base::Map& shared, Contenders& own);
  base::Result<> fill_data_beside(const base::Map& shared, Branch& branch);
  base::Map shared_data(const Branch& branch) const;
  bool is_common(size_t datum, const base::Map& shared) const;
  static io::Task<Outcome> contend(std::vector<Entrant> all, Gate& gate, io::Loop& loop);
  io::Task<void> contend_alone(Contender& one, size_t number, Gate& gate);
  io::Task<Outcome> look_behind(Contender& one);
  Outcome tell_contenders(const std::vector<Entrant>& all, Branch& branch);
  io::Task<Outcome> play_then(const Contenders& own, Branch& branch);
  void adopt(record::JourneyResult other);

  // Invariants, after the play and in the middle of it (player_invariants.cc).
  io::Task<void> play_invariants(Branch& branch);
  bool is_of_this(const lang::Invariant& invariant) const;
  io::Task<Outcome> look_at_invariants(const lang::Step* after, Branch& branch);
  bool is_due(size_t invariant) const;

  // Pages that somebody looks at (player_pages.cc).
  void make_sessions(std::vector<Session>& sessions) const;
  io::Task<void> take_picture(const lang::Step& step, Branch& branch);
  io::Task<void> close_pages(std::vector<Session>& sessions);

  // Logins (player_login.cc).
  io::Task<Outcome> ensure_login(size_t person, Branch& branch);
  io::Task<Outcome> ensure_logins(const lang::Steps& steps, Branch& branch);
  base::Result<bool> needs_login(const lang::Person& person, const Session& session,
                                 Branch& branch) const;

  Session& session_of(size_t person, Branch& branch) {
    return (branch.sessions ? *branch.sessions : sessions_)[person];
  }
  void conclude(record::Verdict verdict);
  void plan_more(size_t steps);
  void fail(record::Failure failure);

  World& world_;
  World quiet_world_;  // the same, where nobody looks
  const lang::Plan& plan_;
  record::Observer& observer_;
  uint64_t luck_;       // the plan's own stream of random values
  const Crowd* crowd_;  // null for one who plays alone
  Turn turn_;
  std::vector<Session> sessions_;   // of the plan's persons; last that of nobody, if it browses
  std::vector<base::Value> slots_;  // of the last play: their memory is used again
  std::unique_ptr<Branch> around_;  // of what comes before and after a crowd
  bool given_held_ = false;
  std::unique_ptr<Underway> underway_;
  std::vector<base::Value> persons_;  // of a user: from one play to the next
  base::Value told_play_;
  std::vector<bool> won_;
  Gate* gate_ = nullptr;      // by which the branches of the next `together` go
  size_t contenders_ = 0;     // blocks of branches that are being played
  LastSent last_sent_;        // a request or a message
  CallMarks call_marks_;      // from which the play has been sending
  std::vector<bool> broken_;  // the plan's invariants that fell in the middle of the play
  bool watches_ = false;      // some are looked at in the middle of a play, and this is it
  bool has_data_ = false;     // the journey's data have been made
  base::Instant begin_;
  base::WallTime wall_begin_;                          // by the machine's clock
  record::Verdict verdict_ = record::Verdict::passed;  // of the last play
  std::unique_ptr<record::JourneyResult> result_;  // null where his crowd's meter is told instead
};

}  // namespace peregrine::play
