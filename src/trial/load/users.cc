#include "trial/load/users.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
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
// again.
constexpr size_t kComeAtOnce = 100;
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

}  // namespace

// One who plays, with connections of his own.
struct Users::User {
  User(const Setting& of, const net::HttpClient& shares, size_t roles, uint64_t his_index)
      : http(net::HttpClient::OtherUser::of, shares),
        world{of.loop, of.system.reach(), http, &of.system},
        index(his_index),
        players(roles),
        rounds(roles) {}

  net::HttpClient http;
  play::World world;
  record::Observer nobody{};
  uint64_t index;
  bool lives = false;                                  // closed model: he plays again and again
  std::vector<std::unique_ptr<play::Player>> players;  // of each role that he has played
  std::vector<uint64_t> rounds;
};

Users::Users(const Setting& setting, std::vector<Role>& roles)
    : of_(setting),
      roles_(roles),
      http_(setting.loop, limits()),
      turn_(roles.size()),
      told_(roles.size()),
      random_(base::Random::stream(setting.seed, "users")),
      changed_(setting.loop) {}

Users::~Users() = default;

void Users::stop() {
  stopped_ = true;
  changed_.notify_all();
}

bool Users::is_over() const {
  return stopped_ || of_.loop.now() - of_.begin >= of_.profile.length();
}

// The number of the next play, from 0.
std::optional<uint64_t> Users::take_turn() {
  if (is_over()) return std::nullopt;
  const auto most = of_.load.iterations;
  if (most && turns_ >= static_cast<uint64_t>(*most)) return std::nullopt;
  return turns_++;
}

Users::User& Users::user(size_t index) {
  while (users_.size() <= index) {
    users_.push_back(std::make_unique<User>(of_, http_, roles_.size(), users_.size()));
  }
  return *users_[index];
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

// The first play, and then its share of them, evenly.
bool Users::looks(uint64_t turn) const {
  const double before = static_cast<double>(turn) * of_.load.verify;
  const double after = static_cast<double>(turn + 1) * of_.load.verify;
  return of_.load.verify > 0 && (turn == 0 || std::floor(before) != std::floor(after));
}

Duration Users::next_thought() {
  if (!of_.load.think) return Duration::zero();
  const auto [from, to] = *of_.load.think;
  return Duration(random_.between(from.count(), to.count()));
}

io::Task<Result<>> Users::play() {
  io::Scope playing(of_.loop);
  if (of_.load.model == lang::LoadSpec::Model::open) {
    co_await send_plays(playing);
  } else {
    co_await send_users(playing);
  }
  stop();
  if (co_await playing.join(of_.loop.in(of_.load.grace))) co_return Result<>{};
  playing.cancel({base::Code::cancelled, "the load is over"});
  co_return co_await playing.join(io::Deadline::never());
}

// Keeps as many users at it as there should be.
io::Task<void> Users::send_users(io::Scope& playing) {
  const auto iterations = of_.load.iterations;
  while (!is_over()) {
    const Duration at = of_.loop.now() - of_.begin;
    const auto wanted = static_cast<size_t>(std::llround(of_.profile.level(at)));
    for (size_t i = 0, came = 0; i < wanted && came < kComeAtOnce; ++i) {
      User& one = user(i);
      if (std::exchange(one.lives, true)) continue;
      ++came;
      of_.figures.set_playing(++playing_);
      playing.spawn(live(one));
    }
    if (iterations && turns_ >= static_cast<uint64_t>(*iterations)) co_return;
    const Instant next =
        std::min(of_.loop.now() + kFollowEvery, of_.profile.length() == Duration::max()
                                                    ? Instant::max()
                                                    : of_.begin + of_.profile.length());
    const Result<> waited = co_await changed_.wait({next});
    if (!waited && waited.error().code == base::Code::cancelled) co_return;
  }
}

io::Task<void> Users::live(User& user) {
  Instant due = of_.loop.now();
  for (;;) {
    const double level = of_.profile.level(of_.loop.now() - of_.begin);
    if (user.index >= static_cast<size_t>(std::llround(level))) break;
    const auto turn = take_turn();
    if (!turn) break;
    co_await play_one(user, due, *turn);
    due = of_.loop.now() + next_thought();
    while (!is_over() && of_.loop.now() < due) {
      const Result<> waited = co_await changed_.wait({due});
      if (!waited && waited.error().code == base::Code::cancelled) co_return;
    }
    // A play may end without having waited for anything.
    if (!co_await of_.loop.yield()) co_return;
  }
  user.lives = false;
  of_.figures.set_playing(--playing_);
}

// Begins plays when they are due.
io::Task<void> Users::send_plays(io::Scope& playing) {
  while (!stopped_) {
    const auto iterations = of_.load.iterations;
    if (iterations && turns_ >= static_cast<uint64_t>(*iterations)) co_return;
    const auto at = of_.profile.arrival(turns_);
    if (!at) co_return;
    const Instant due = of_.begin + *at;
    while (!stopped_ && of_.loop.now() < due) {
      const Result<> waited = co_await changed_.wait({due});
      if (!waited && waited.error().code == base::Code::cancelled) co_return;
    }
    // Those that are late may use the time of grace.
    const Instant last = of_.profile.length() == Duration::max()
                             ? Instant::max()
                             : of_.begin + of_.profile.length() + of_.load.grace;
    while (!stopped_ && free_.empty() && users_.size() >= of_.most_users) {
      const Result<> waited = co_await changed_.wait({last});
      if (!waited && waited.error().code == base::Code::cancelled) co_return;
      if (of_.loop.now() >= last) {
        not_begun_ = of_.profile.arrivals() - turns_;
        co_return;
      }
    }
    if (stopped_) co_return;
    if (free_.empty()) free_.push_back(users_.size());
    User& one = user(free_.back());
    free_.pop_back();
    of_.figures.set_playing(++playing_);
    playing.spawn(play_once(one, due, turns_++));
  }
}

io::Task<void> Users::play_once(User& user, Instant due, uint64_t turn) {
  co_await play_one(user, due, turn);
  of_.figures.set_playing(--playing_);
  free_.push_back(user.index);
  changed_.notify_one();
}

io::Task<void> Users::play_one(User& user, Instant due, uint64_t number_of_play) {
  const size_t number = next_role();
  Role& role = roles_[number];
  std::unique_ptr<play::Player>& player = user.players[number];
  if (!player) {
    player = std::make_unique<play::Player>(user.world, *role.plan, user.nobody, role.crowd);
  }
  const uint64_t round = user.rounds[number]++;
  const play::Turn turn{.seed = seed_of(of_.seed, user.index, round),
                        .round = round,
                        .index = user.index,
                        .due = due,
                        .looks = looks(number_of_play)};
  of_.figures.play_begun(due);
  const Outcome outcome = co_await player->play_as_user(turn);
  of_.figures.play_ended(due, of_.loop.now(), outcome, turn.looks);
  const bool told = outcome == Outcome::held || outcome == Outcome::lost;
  if (told && !role.plan->then.empty()) keep(number, player->told_play());
}

// Vitter's algorithm R: each play is kept with the same probability.
void Users::keep(size_t role, const base::Value& told) {
  Told& of_role = told_[role];
  ++of_role.seen;
  if (of_role.plays.size() < kMostToldPlays) {
    of_role.plays.push_back(told);
    return;
  }
  const uint64_t place = random_.below(of_role.seen);
  if (place < kMostToldPlays) of_role.plays[place] = told;
}

}  // namespace peregrine::trial
