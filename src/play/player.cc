#include "play/player.h"

#include <fmt/core.h>

#include <algorithm>

namespace peregrine::play {

using base::Result;
using base::Value;
using record::Failure;
using record::Verdict;

namespace {

constexpr size_t kEventsKept = 200;    // before a failure
constexpr size_t kEventsOfCrowd = 20;  // the same, where many have played
constexpr base::Duration kCloseWithin = std::chrono::seconds(2);  // streams that were left open

// The same from wherever the journey is played: without the folders before the file.
std::string stream_name(const lang::Plan& plan) {
  const std::string& path = plan.source->path();
  return path.substr(path.rfind('/') + 1) + ":" + plan.name;
}

}  // namespace

record::JourneyResult begin_result(const lang::Plan& plan) {
  record::JourneyResult result;
  result.name = plan.name;
  result.file = plan.source->path();
  result.line = plan.line;
  result.covers = plan.covers;
  result.tags = plan.tags;
  result.steps_planned = plan.given.size() + plan.steps.size() + plan.then.size() +
                         plan.finally.size() + plan.invariants.size();
  return result;
}

Player::Player(World& world, const lang::Plan& plan, record::Observer& observer, const Crowd* crowd)
    : world_(world),
      quiet_world_(world),
      plan_(plan),
      observer_(observer),
      luck_(base::Random::key(stream_name(plan))),
      crowd_(crowd) {
  make_sessions(sessions_);
  quiet_world_.timeline = nullptr;
  if (!crowd_) result_ = std::make_unique<record::JourneyResult>(begin_result(plan));
}

Player::Player(World& world, const lang::Plan& plan, record::Observer& observer)
    : Player(world, plan, observer, nullptr) {}

Player::Player(World& world, const lang::Plan& plan, record::Observer& observer, const Crowd& crowd)
    : Player(world, plan, observer, &crowd) {}

Player::Branch Player::begin(Turn turn) {
  // A crowd begins a play with each request or two: it takes the time of the loop's turn.
  begin_ = crowd_ ? world_.loop.now() : base::monotonic_now();
  wall_begin_ = crowd_ ? world_.loop.wall_now() : base::wall_now();
  turn_ = turn;
  // A user of a crowd is the same person in each of his plays.
  if (!crowd_ || turn.round == 0) {
    make_sessions(sessions_);
    persons_.clear();
  }
  broken_.assign(plan_.invariants.size(), false);
  watches_ = !crowd_ && std::ranges::any_of(plan_.invariants, &lang::Invariant::always);
  has_data_ = false;
  call_marks_.clear();
  if (world_.running) {
    for (const lang::ProviderUse& use : world_.endpoints.spec().providers) {
      call_marks_.emplace_back(use.name, world_.running->provider(use.name).mark());
    }
  }
  if (result_) {
    result_->round = turn.round;
    result_->seed = turn.seed;
    result_->steps.clear();
    result_->failures.clear();
    result_->began = begin_;
  }
  conclude(Verdict::passed);
  Branch branch{std::move(slots_), base::Random::stream(turn.seed, luck_)};
  if (crowd_) branch.slots = crowd_->given;
  branch.slots.resize(plan_.slots);
  branch.slots[plan_.known.env] = system::environment_value();
  branch.slots[plan_.known.index] = Value(static_cast<int64_t>(turn_.index));
  branch.slots[plan_.known.round] = Value(static_cast<int64_t>(turn_.round));
  branch.due = turn.due;
  return branch;
}

io::Task<Verdict> Player::play(Turn turn) {
  Branch branch = begin(turn);
  observer_.journey_started(*result_);
  co_await finish(branch, co_await play_all(branch));
  slots_ = std::move(branch.slots);
  slots_.clear();  // a user who waits keeps no answer
  co_return verdict_;
}

io::Task<Verdict> Player::begin_all(Turn turn) {
  around_ = std::make_unique<Branch>(begin(turn));
  observer_.journey_started(*result_);
  if (!fill_persons(*around_)) co_return verdict_;
  given_held_ = co_await play_steps(plan_.given, *around_) == Outcome::held;
  co_return verdict_;
}

io::Task<Verdict> Player::end_all(base::List plays) {
  Outcome outcome = given_held_ ? Outcome::held : Outcome::failed;
  if (verdict_ == Verdict::inconclusive) outcome = Outcome::cancelled;
  if (outcome == Outcome::held) {
    around_->slots[plan_.known.plays] = Value(std::move(plays));
    outcome = co_await play_steps(plan_.then, *around_);
  }
  co_await finish(*around_, outcome);
  around_.reset();
  co_return verdict_;
}

io::Task<void> Player::play_staged(const lang::Steps& steps) {
  plan_more(steps.size());
  (void)co_await play_steps(steps, *around_);
}

// What comes last, whatever has become of the steps.
io::Task<void> Player::finish(Branch& branch, Outcome outcome) {
  if (outcome != Outcome::cancelled && !world_.fallen()) {
    const Outcome last = co_await play_steps(plan_.finally, branch);
    if (last != Outcome::cancelled && branch.streams.has_own()) co_await close_streams(branch);
    if (last != Outcome::cancelled) co_await close_pages(sessions_);
    if (last != Outcome::cancelled) co_await play_invariants(branch);
  }
  result_->duration = now() - begin_;
  if (world_.timeline) tell_timeline();
  observer_.journey_finished(*result_);
}

// What the journey has left open: no stream of one play is seen by the next.
io::Task<void> Player::close_streams(Branch& branch) {
  co_await branch.streams.close_own(world_.loop, world_.loop.in(kCloseWithin));
}

io::Task<Outcome> Player::play_all(Branch& branch) {
  if (Result<> filled = fill_persons(branch); !filled) co_return Outcome::failed;
  Outcome outcome = co_await play_steps(plan_.given, branch);
  if (outcome != Outcome::held) co_return outcome;
  if (Result<> filled = fill_data(plan_.data, branch); !filled) co_return Outcome::failed;
  has_data_ = true;
  outcome = co_await play_steps(plan_.steps, branch);
  if (outcome != Outcome::held) co_return outcome;
  if (plan_.then.empty()) co_return Outcome::held;
  // In `run` there is one play, and it has won.
  branch.slots[plan_.known.plays] = Value(base::List{tell_play(branch, true)});
  co_return co_await play_steps(plan_.then, branch);
}

io::Task<Outcome> Player::play_steps(const lang::Steps& steps, Branch& branch) {
  return play_range(steps, 0, steps.size(), branch);
}

io::Task<Outcome> Player::play_range(const lang::Steps& steps, size_t from, size_t until,
                                     Branch& branch) {
  for (size_t i = from; i < until; ++i) {
    if (thinks_before(steps[i]) && !co_await think(branch)) co_return Outcome::cancelled;
    const Outcome outcome = co_await play_step(steps[i], branch);
    if (outcome != Outcome::held) co_return outcome;
  }
  co_return Outcome::held;
}

// Where nothing is recorded, the time of the loop's turn does: the clock is read for each request.
base::Instant Player::now() const {
  return world_.timeline ? base::monotonic_now() : std::max(begin_, world_.loop.now());
}

void Player::show_providers(Branch& branch) const {
  if (!world_.running) return;
  for (const auto& [name, slot] : plan_.providers) {
    branch.slots[slot] = world_.running->provider(name).resources();
  }
}

lang::Context Player::context(Branch& branch) const {
  show_providers(branch);
  return {.slots = branch.slots,
          .random = &branch.random,
          .now = wall_begin_ + (std::max(begin_, world_.loop.now()) - begin_) +
                 world_.endpoints.ahead(),
          .zone = world_.endpoints.spec().zone};
}

Result<> Player::fill_data(const std::vector<lang::Datum>& data, Branch& branch) {
  for (const lang::Datum& datum : data) TRY_OK(fill_datum(datum, branch));
  return {};
}

Result<> Player::fill_datum(const lang::Datum& datum, Branch& branch) {
  Result<Value> value = datum.value.fill(context(branch));
  if (!value) {
    const std::string message =
        fmt::format("`{}` has no value: {}", datum.name, value.error().to_string());
    fail({"data", datum.at.source->path(), datum.at.line, message, {}, {}, {}, 0});
    return std::unexpected(value.error());
  }
  branch.slots[datum.slot] = *std::move(value);
  return {};
}

// Each from a generator of his own: one actor more does not change what the others are called.
Result<> Player::fill_persons(Branch& branch) {
  for (size_t i = 0; i < persons_.size(); ++i) {
    branch.slots[plan_.persons[i].slot] = std::move(persons_[i]);
  }
  if (!persons_.empty()) return {};
  for (const lang::Person& person : plan_.persons) {
    branch.slots[person.slot] = Value(base::Map{});
    base::Random random = base::Random::stream(
        turn_.seed, fmt::format("{}/{}/{}", stream_name(plan_), turn_.index, person.name));
    for (const lang::Datum& datum : person.data) {
      lang::Context here = context(branch);
      here.random = &random;
      Result<Value> value = datum.value.fill(here);
      if (!value) {
        const std::string message = fmt::format("`{}.{}` has no value: {}", person.name, datum.name,
                                                value.error().to_string());
        fail({"data", datum.at.source->path(), datum.at.line, message, {}, {}, {}, 0});
        return std::unexpected(value.error());
      }
      base::MapBuilder map(branch.slots[person.slot].as_map());
      branch.slots[person.slot] = Value(map.set(datum.name, *std::move(value)).build());
    }
  }
  return {};
}

Value Player::tell_play(const Branch& branch, bool won) const {
  base::MapBuilder play;
  for (const auto& [name, slot] : plan_.names) play.set(name, branch.slots[slot]);
  play.set("won", Value(won));
  return Value(play.build());
}

void Player::keep_persons(Branch& branch) {
  persons_.resize(plan_.persons.size());
  for (size_t i = 0; i < persons_.size(); ++i) {
    persons_[i] = std::move(branch.slots[plan_.persons[i].slot]);
  }
}

void Player::tell_timeline() {
  result_->traffic = world_.timeline->counts();
  result_->notes = record::notes_of(*world_.timeline, plan_.unspoken);
  if (world_.keeper) result_->kept = world_.keeper->keep(*world_.timeline, begin_);
}

void Player::conclude(Verdict verdict) {
  verdict_ = verdict;
  if (result_) result_->verdict = verdict;
}

void Player::plan_more(size_t steps) {
  if (result_) result_->steps_planned += steps;
}

void Player::fail(Failure failure) {
  conclude(Verdict::failed);
  if (crowd_) return crowd_->meter.failed(nullptr, turn_.due, "data", failure.message);
  if (const record::Timeline* timeline = world_.timeline) {
    failure.events = timeline->since(begin_, around_ ? kEventsOfCrowd : kEventsKept);
    const uint64_t all = timeline->events().size() + timeline->dropped();
    failure.earlier_events = all - failure.events.size();
  }
  result_->failures.push_back(std::move(failure));
}

}  // namespace peregrine::play
