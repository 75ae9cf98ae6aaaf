#include "trial/load/users.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace peregrine::trial {

using base::Duration;
using base::Instant;
using base::Result;
using play::Outcome;
using namespace std::chrono_literals;

namespace {

// How often the number of users follows the profile.
constexpr Duration kFollowEvery = 10ms;
// So many come at once at the most, 10,000 in a second: their connections would all be made, and
// their first requests all be under way, at the same time, which costs memory that is never used
// again. In an open load the loop looks at everything else after so many.
constexpr size_t kComeAtOnce = 100;
// Who begins plays later than this first lets answers be read that are there, for so long at most.
constexpr Duration kLate = 100us;
constexpr Duration kAnswersFirst = 500us;
// A connection without a request is closed by most servers after 5 to 75 s; the loop is told.
constexpr Duration kKeepIdle = 60s;

// Of the machine's memory, for bodies of answers that come at the same time: a service that floods
// all users at once takes no more.
constexpr size_t kShareForBodies = 4;

net::HttpClientLimits limits() {
  net::HttpClientLimits limits;
  limits.idle_for = kKeepIdle;
  const long pages = sysconf(_SC_PHYS_PAGES);
  if (pages > 0) {
    limits.bodies =
        static_cast<size_t>(pages) * static_cast<size_t>(sysconf(_SC_PAGESIZE)) / kShareForBodies;
  }
  return limits;
}

// Different for each play: Steele, Lea and Flood's splitmix64, two steps apart.
uint64_t seed_of(uint64_t seed, uint64_t index, uint64_t round) {
  uint64_t z = seed + 0x9e3779b97f4a7c15 * (index + 1) + 0xd1b54a32d192ed03 * round;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// Users of different shares do not think alike.
std::string purpose_of(const Share& share) {
  return share.is_all() ? "users" : fmt::format("users from {} on", share.number_of_user(0));
}

}  // namespace

// One who plays, with connections of his own.
struct Users::User {
  User(const Setting& of, const net::HttpClient& shares, size_t roles, uint64_t his_index,
       size_t his_place)
      : http(net::HttpClient::OtherUser::of, shares),
        world{of.loop, of.endpoints, http, of.running},
        index(his_index),
        place(his_place),
        parts(roles) {}

  // How he plays a role.
  struct Part {
    std::unique_ptr<play::Player> player{};  // null until he has
    uint64_t round = 0;
  };

  net::HttpClient http;
  play::World world;
  record::Observer nobody{};
  uint64_t index;             // among all users of the load
  size_t place;               // among those here
  bool is_there = false;      // closed model: he plays again and again
  bool is_playing = false;    // `play` has begun
  std::optional<Begun> play;  // his next, or the one that he plays
  std::vector<Part> parts;    // of each role

  play::Player& player() { return *parts[play->role].player; }
};

Users::Users(const Setting& setting, std::vector<Role>& roles)
    : of_(setting),
      roles_(roles),
      http_(setting.loop, limits()),
      turn_(roles.size()),
      told_(roles.size()),
      random_(base::Random::stream(setting.seed, purpose_of(setting.share))),
      changed_(setting.loop),
      sooner_(setting.loop),
      most_users_of_all_(
          std::max<uint64_t>(1, static_cast<uint64_t>(std::llround(setting.profile.most())))) {
  if (setting.load.iterations) {
    const auto all = static_cast<uint64_t>(*setting.load.iterations);
    most_turns_ = is_open() ? of_.share.below(all) : of_.share.iterations(all, most_users_of_all_);
  }
  if (is_open()) return;
  // Shares take the roles in turn from different ones on, so that few plays of each are no mix of
  // the first role alone.
  for (uint64_t i = 0; i < of_.share.number_of_user(0); ++i) (void)next_role();
}

Users::~Users() = default;

void Users::stop() {
  stopped_ = true;
  // Whoever thinks about his next play does not begin it.
  const auto goes =
      std::ranges::partition(thinkers_, [](const Thinker& one) { return one.user->is_playing; });
  for (const Thinker& one : goes) leave(*one.user);
  thinkers_.erase(goes.begin(), goes.end());
  std::ranges::make_heap(thinkers_, std::greater());
  changed_.notify_all();
}

bool Users::is_over() const {
  return stopped_ || of_.loop.now() - of_.begin >= of_.profile.length();
}

bool Users::is_played_out() const { return most_turns_ && turns_ >= *most_turns_; }

// The number of the next play, from 0.
std::optional<uint64_t> Users::take_turn() {
  if (is_over() || is_played_out()) return std::nullopt;
  return turns_++;
}

Users::User& Users::user(size_t index) {
  while (users_.size() <= index) {
    const uint64_t n = users_.size();
    const uint64_t number = is_open() ? of_.share.number_of_user(n) : of_.share.nth(n);
    users_.push_back(std::make_unique<User>(of_, http_, roles_.size(), number, n));
  }
  return *users_[index];
}

// How many of this share play then.
size_t Users::users_at(Duration since_begin) const {
  return of_.share.below(static_cast<uint64_t>(std::llround(of_.profile.level(since_begin))));
}

// The one that is furthest behind its share of the plays; the weights' proportion is kept exactly.
size_t Users::next_role() {
  if (roles_.size() == 1) return 0;
  double all = 0;
  size_t next = 0;
  for (size_t i = 0; i < roles_.size(); ++i) {
    all += roles_[i].weight;
    turn_[i] += roles_[i].weight;
    if (turn_[i] > turn_[next]) next = i;
  }
  turn_[next] -= all;
  return next;
}

Duration Users::next_thought() {
  if (!of_.load.think) return Duration::zero();
  const auto [from, to] = *of_.load.think;
  return Duration(random_.between(from.count(), to.count()));
}

io::Task<Result<>> Users::play() {
  io::Scope playing(of_.loop);
  io::Scope waking(of_.loop);
  waking.spawn(wake_thinkers(playing));
  if (is_open()) {
    co_await send_plays(playing);
  } else {
    co_await send_users(playing);
  }
  stop();
  const bool ended = co_await wait_for_the_last(of_.loop.in(of_.load.grace));
  const base::Error over{base::Code::cancelled, "the load is over"};
  waking.cancel(over);
  CO_TRY_OK(co_await waking.join(io::Deadline::never()));
  if (!ended) {
    for (const Thinker& one : std::exchange(thinkers_, {})) {
      one.user->player().cut_off();
      playing.spawn(act(*one.user));
    }
    playing.cancel(over);
  }
  co_return co_await playing.join(io::Deadline::never());
}

io::Task<bool> Users::wait_for_the_last(io::Deadline deadline) {
  while (playing_ > 0) {
    if (!co_await changed_.wait(deadline)) co_return false;
  }
  co_return true;
}

// Keeps as many users at it as there should be.
io::Task<void> Users::send_users(io::Scope& playing) {
  while (!is_over() && !is_played_out()) {
    const size_t wanted = users_at(of_.loop.now() - of_.begin);
    for (size_t came = 0; absent_ < wanted && came < kComeAtOnce; ++absent_) {
      User& one = user(absent_);
      if (std::exchange(one.is_there, true)) continue;
      ++came;
      of_.figures.set_playing(++playing_);
      playing.spawn(act(one));
    }
    if (is_played_out()) co_return;
    const Instant next =
        std::min(of_.loop.now() + kFollowEvery, of_.profile.length() == Duration::max()
                                                    ? Instant::max()
                                                    : of_.begin + of_.profile.length());
    const Result<> waited = co_await changed_.wait({next});
    if (!waited && waited.error().code == base::Code::cancelled) co_return;
  }
}

// When the next play of this share is due; what others play until then is counted past.
std::optional<Instant> Users::next_arrival() {
  if (is_played_out()) return std::nullopt;
  // Nothing looks here, or nothing else does.
  const bool ends = !of_.share.is_all() && of_.profile.length() != Duration::max();
  if (ends && of_.share.below(of_.profile.arrivals()) <= turns_) return std::nullopt;
  const uint64_t next = of_.share.nth(turns_);
  const auto at = of_.profile.arrival(next);
  if (!at) return std::nullopt;
  // Each play has its role, whoever plays it.
  for (; arrivals_ < next; ++arrivals_) (void)next_role();
  return of_.begin + *at;
}

// Begins plays when they are due.
io::Task<void> Users::send_plays(io::Scope& playing) {
  for (uint64_t came = 1; !stopped_; ++came) {
    const auto due = next_arrival();
    if (!due) co_return;
    if (came % kComeAtOnce == 0 && !co_await of_.loop.yield()) co_return;
    while (!stopped_ && of_.loop.now() < *due) {
      const Result<> waited = co_await changed_.wait({*due});
      if (!waited && waited.error().code == base::Code::cancelled) co_return;
    }
    const bool makes_one = free_.empty() && users_.size() < of_.most_users;
    if (makes_one && of_.loop.now() - *due > kLate && !co_await let_answers_come()) co_return;
    if (!co_await wait_for_somebody() || stopped_) co_return;
    if (free_.empty()) free_.push_back(users_.size());
    User& one = user(free_.back());
    free_.pop_back();
    of_.figures.set_playing(++playing_);
    const bool looks = of_.running && trial::looks(arrivals_, of_.load.verify);
    one.play = {*due, seed_of(of_.seed, arrivals_, 0), looks, next_role()};
    playing.spawn(act(one));
    ++arrivals_;
    ++turns_;
  }
}

// Whoever is late himself takes somebody who has just had his answer rather than a new one: to make
// a connection costs several times what a request does, so that he would be later still, and in the
// end for ever. False when he is not to go on.
io::Task<bool> Users::let_answers_come() {
  const Result<> idle = co_await of_.loop.idle(of_.loop.in(kAnswersFirst));
  co_return idle || idle.error().code != base::Code::cancelled;
}

// Whether there is somebody to play. Those that are late may use the time of grace.
io::Task<bool> Users::wait_for_somebody() {
  const Instant last = of_.profile.length() == Duration::max()
                           ? Instant::max()
                           : of_.begin + of_.profile.length() + of_.load.grace;
  while (!stopped_ && free_.empty() && users_.size() >= of_.most_users) {
    const Result<> waited = co_await changed_.wait({last});
    if (!waited && waited.error().code == base::Code::cancelled) co_return false;
    if (of_.loop.now() >= last) {
      not_begun_ = of_.share.below(of_.profile.arrivals()) - turns_;
      co_return false;
    }
  }
  co_return true;
}

// Plays until he has to think, or has played to the end.
io::Task<void> Users::act(User& user) {
  while (user.is_playing || user.play || is_to_play_again(user)) {
    if (!user.is_playing) begin_play(user);
    const Instant turn = of_.loop.now();
    const std::optional<Outcome> outcome = co_await user.player().go_on_as_user();
    if (!outcome) co_return think(user, user.player().due());
    end_play(user, *outcome);
    if (is_open()) break;
    const Duration thought = next_thought();
    if (thought > Duration::zero() && !is_over()) co_return think(user, of_.loop.now() + thought);
    // A play may end without having waited for anything; others have their turn then. Else he goes
    // on while his memory is at hand.
    if (of_.loop.now() == turn && !co_await of_.loop.yield()) break;
  }
  leave(user);
}

// Closed model: whether there is a play for him, which is due now.
bool Users::is_to_play_again(User& user) {
  if (is_open()) return false;
  const double level = of_.profile.level(of_.loop.now() - of_.begin);
  if (user.index >= static_cast<uint64_t>(std::llround(level))) return false;
  const auto turn = take_turn();
  if (!turn) return false;
  const size_t role = next_role();
  user.play = {of_.loop.now(), seed_of(of_.seed, user.index, user.parts[role].round),
               of_.share.looks(*turn, of_.load.verify, most_users_of_all_), role};
  return true;
}

void Users::begin_play(User& user) {
  Role& role = roles_[user.play->role];
  User::Part& part = user.parts[user.play->role];
  if (!part.player) {
    part.player = std::make_unique<play::Player>(user.world, *role.plan, user.nobody, role.crowd);
  }
  user.is_playing = true;
  if (of_.running && role.plan->browses) user.play->browses = !std::exchange(browsing_, true);
  of_.figures.play_begun(user.play->due);
  part.player->begin_as_user({.seed = user.play->seed,
                              .round = part.round++,
                              .index = user.index,
                              .due = user.play->due,
                              .looks = user.play->looks,
                              .browses = user.play->browses});
}

void Users::end_play(User& user, Outcome outcome) {
  const size_t role = user.play->role;
  of_.figures.play_ended(user.play->due, of_.loop.now(), outcome,
                         {.looked = user.play->looks, .browsed = user.play->browses});
  if (user.play->browses) browsing_ = false;
  const bool told = outcome == Outcome::held || outcome == Outcome::lost;
  if (told && !roles_[role].plan->then.empty()) {
    told_[role].add(user.player().told_play(), random_);
  }
  user.is_playing = false;
  user.play.reset();
}

// Ends when it is cancelled.
io::Task<void> Users::wake_thinkers(io::Scope& playing) {
  for (;;) {
    while (!thinkers_.empty() && thinkers_.front().until <= of_.loop.now()) {
      std::ranges::pop_heap(thinkers_, std::greater());
      playing.spawn(act(*thinkers_.back().user));
      thinkers_.pop_back();
    }
    const Instant next = thinkers_.empty() ? Instant::max() : thinkers_.front().until;
    const Result<> waited = co_await sooner_.wait({next});
    if (!waited && waited.error().code == base::Code::cancelled) co_return;
  }
}

void Users::think(User& user, Instant until) {
  const bool first = thinkers_.empty() || until < thinkers_.front().until;
  thinkers_.push_back({until, &user});
  std::ranges::push_heap(thinkers_, std::greater());
  if (first) sooner_.notify_one();
}

// He plays no more, or until the next arrival.
void Users::leave(User& user) {
  of_.figures.set_playing(--playing_);
  if (is_open()) {
    free_.push_back(user.place);
    changed_.notify_one();
  } else {
    user.is_there = false;
    absent_ = std::min(absent_, user.place);
    if (playing_ == 0) changed_.notify_all();
  }
}

}  // namespace peregrine::trial
