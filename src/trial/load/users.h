// The users of a load: who plays which journey, and when.
//
// Closed model: as many users as the profile says play again and again, each his next play when the
// one before has ended and he has thought. Open model: plays begin when the profile says, whether
// earlier ones have ended or not; each is played by a user who is free, or by a new one. When no
// user is free and there may be no more, the play begins late, and is measured from when it was
// due.
//
// A user who thinks is no task: he stands in a heap of all who do, by when they go on.
//
// Where several processes play, each has a share of them (share.h), and its own stand here.
//
// Where journeys have pages, one browser is beside the load: of the plays that begin while it is
// free, the first one has it, and looks at the pages; all others leave them out.
//
// One thread: the loop's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "io/scope.h"
#include "lang/load_spec.h"
#include "net/http_client.h"
#include "play/player.h"
#include "trial/load/figures.h"
#include "trial/load/profile.h"
#include "trial/load/share.h"
#include "trial/load/told_plays.h"

namespace peregrine::trial {

// A journey of a load, and how often it is played beside others.
struct Role {
  const lang::Plan* plan;
  double weight = 1;
  play::Crowd crowd;
};

class Users {
 public:
  struct Setting {
    io::Loop& loop;
    const system::Endpoints& endpoints;
    system::RunningSystem* running;  // null where another process has it
    const lang::LoadSpec& load;
    const Profile& profile;
    Figures& figures;
    Share share;
    base::Instant begin;
    uint64_t seed = 0;
    size_t most_users = 0;  // at the same time
  };
  // All that is named outlives it.
  Users(const Setting& setting, std::vector<Role>& roles);
  ~Users();

  // Plays until the load is over and the last plays have ended, or have been cut off. Fails when
  // cancelled.
  io::Task<base::Result<>> play();
  // No play begins any more; those that run have the load's grace.
  void stop();

  uint64_t playing() const { return playing_; }
  // Plays that were due, and that nobody was free to play.
  uint64_t not_begun() const { return not_begun_; }
  // Of a role: some of its plays, chosen evenly, for its `then`.
  const ToldPlays& told_plays(size_t role) const { return told_[role]; }

 private:
  struct User;
  // One play: when it is due, and how it differs from others.
  struct Begun {
    base::Instant due;
    uint64_t seed;
    bool looks;
    size_t role;
    bool browses = false;
  };
  struct Thinker {
    base::Instant until;
    User* user;
    bool operator>(const Thinker& other) const { return until > other.until; }
  };

  bool is_open() const { return of_.load.model == lang::LoadSpec::Model::open; }
  bool is_over() const;
  bool is_played_out() const;
  std::optional<uint64_t> take_turn();
  User& user(size_t index);
  size_t users_at(base::Duration since_begin) const;
  size_t next_role();
  base::Duration next_thought();
  io::Task<void> send_users(io::Scope& playing);
  io::Task<void> send_plays(io::Scope& playing);
  std::optional<base::Instant> next_arrival();
  io::Task<bool> let_answers_come();
  io::Task<bool> wait_for_somebody();
  io::Task<bool> wait_for_the_last(io::Deadline deadline);
  io::Task<void> wake_thinkers(io::Scope& playing);
  io::Task<void> act(User& user);
  bool is_to_play_again(User& user);
  void begin_play(User& user);
  void end_play(User& user, play::Outcome outcome);
  void think(User& user, base::Instant until);
  void leave(User& user);

  const Setting of_;
  std::vector<Role>& roles_;
  net::HttpClient http_;  // whose memory all share
  std::vector<std::unique_ptr<User>> users_;
  std::vector<size_t> free_;  // open model: users who do not play
  std::vector<double> turn_;  // of the roles
  std::vector<ToldPlays> told_;
  base::Random random_;
  std::vector<Thinker> thinkers_;  // a heap: whoever goes on first is at its front
  io::Signal changed_;             // it is over, or a user is free
  io::Signal sooner_;              // somebody goes on before all others
  bool stopped_ = false;
  bool browsing_ = false;             // a play has the browser
  const uint64_t most_users_of_all_;  // of all shares together
  std::optional<uint64_t> most_turns_;
  uint64_t turns_ = 0;     // plays that have been given out
  uint64_t arrivals_ = 0;  // open model: the number of the next play, of all shares
  uint64_t playing_ = 0;
  size_t absent_ = 0;  // closed model: all users before this one are at it
  uint64_t not_begun_ = 0;
};

}  // namespace peregrine::trial
