#include "trial/race/scheduler.h"

#include <fmt/core.h>

#include <algorithm>

#include "trial/race/idle.h"

namespace peregrine::trial {

using base::Result;
using boundary::Point;
using boundary::Touch;
using boundary::Verdict;

namespace {

constexpr size_t kMostOperations = 2'000;  // of one race
constexpr base::Duration kLineWithin = std::chrono::seconds(1);

}  // namespace

Scheduler::Scheduler(io::Loop& loop, system::RunningSystem& system, Known& known, Options options,
                     Choose choose, AtEnd at_end)
    : loop_(loop),
      system_(system),
      known_(known),
      options_(std::move(options)),
      choose_(std::move(choose)),
      at_end_(std::move(at_end)),
      changed_(loop),
      line_(loop) {
  if (!options_.all_at_once) system_.crossing().set_director(this);
}

Scheduler::~Scheduler() { system_.crossing().set_director(nullptr); }

// ---- The gate

void Scheduler::gather(size_t contenders) {
  contenders_.resize(contenders);
  let_in_.assign(contenders, options_.all_at_once);
  known_.by_contender.resize(std::max(known_.by_contender.size(), contenders));
  phase_ = Phase::races;
  advanced();
}

bool Scheduler::stays_away(size_t contender) const {
  const auto& order = options_.order;
  return !order.empty() && std::ranges::find(order, contender) == order.end();
}

io::Task<Result<bool>> Scheduler::enter(size_t contender) {
  if (stays_away(contender)) {
    contenders_[contender].left = true;
    advanced();
    co_return false;
  }
  while (!let_in_[contender]) CO_TRY_OK(co_await changed_.wait(io::Deadline::never()));
  note(Act::Kind::begins, contender);
  co_return true;
}

// Who is alone in being late is not waited for without end: he may wait for what another does.
io::Task<Result<>> Scheduler::line_up(size_t contender) {
  if (!options_.all_at_once || line_open_) co_return Result<>{};
  contenders_[contender].lined_up = true;
  open_line();
  const io::Deadline end = loop_.in(kLineWithin);
  while (!line_open_) {
    const Result<> woken = co_await line_.wait(end);
    if (!woken && woken.error().code == base::Code::cancelled) co_return woken;
    if (!woken) line_open_ = true;
  }
  line_.notify_all();
  co_return Result<>{};
}

// When everybody is there who has not left before. They go within one turn of the loop.
void Scheduler::open_line() {
  line_open_ = line_open_ || std::ranges::all_of(contenders_, [](const Contender& one) {
                 return one.lined_up || one.left;
               });
  if (line_open_) line_.notify_all();
}

void Scheduler::leave(size_t contender) {
  contenders_[contender].left = true;
  open_line();
  note(Act::Kind::ends, contender);
  advanced();
}

// What was answered before its work was done goes on.
io::Task<void> Scheduler::disperse() {
  while (phase_ != Phase::over) {
    if (!co_await changed_.wait(io::Deadline::never())) co_return;
  }
}

// ---- The director

Verdict Scheduler::decide(Point point, const boundary::Operation& operation) {
  if (phase_ != Phase::races) return {};
  if (point == Point::request) {
    const bool visible =
        operation.visible && (!operation.reach || !operation.reach->touches.empty());
    if (!operation.reach || !operation.reach->within) transactions_[operation.lane].reset();
    if (!visible) {
      passing_.insert(operation.id);
      return {};
    }
    const std::string key = key_of(operation.boundary, operation.text);
    if (is_background(operation, key) || operations_.size() >= kMostOperations) return {};
    return hold(operation, key);
  }
  Operation* const of = find(operation.id);
  if (!of) return {};
  if (of->state == Operation::State::blocked) note(Act::Kind::goes_on, of->contender);
  of->state = point == Point::effect ? Operation::State::carried_out : Operation::State::answered;
  advanced();
  return {Verdict::Act::hold};
}

// A transaction is what it begins with: what follows in it others may ask in the same words. One
// that has begun before the race is not of it.
bool Scheduler::is_background(const boundary::Operation& operation, const std::string& key) {
  const auto lane = transactions_.find(operation.lane);
  if (lane == transactions_.end()) return true;
  std::optional<size_t>& owner = lane->second;
  if (!owner && known_.background.contains(key)) owner = kNobody;
  return owner == kNobody;
}

Verdict Scheduler::hold(const boundary::Operation& operation, const std::string& key) {
  Operation asked{.id = operation.id,
                  .lane = operation.lane,
                  .contender = owner_of(operation),
                  .boundary = std::string(operation.boundary),
                  .text = std::string(operation.text)};
  if (operation.reach) asked.reach = *operation.reach;
  if (!operation.reach) {
    asked.reach.touches.push_back({std::string(boundary::kAnything), Touch::kWrites});
  }
  if (const auto known = known_.by_text.find(key); known != known_.by_text.end()) {
    for (const Touch& touch : known->second) boundary::add_touch(asked.reach.touches, touch);
  }
  transactions_[asked.lane] = asked.contender;
  if (asked.contender < contenders_.size()) contenders_[asked.contender].parked = false;
  operations_.emplace(operation.id, std::move(asked));
  advanced();
  return {Verdict::Act::hold};
}

void Scheduler::settled(const boundary::Operation& operation, const boundary::Outcome& outcome) {
  if (passing_.erase(operation.id) > 0) changed();
  Operation* const of = find(operation.id);
  if (!of) return;
  if (outcome.how != boundary::Outcome::How::answered) give_up(*of, outcome);
  if (of->act < trace_.acts.size()) {
    trace_.acts[of->act].outcome = outcome.text;
    trace_.acts[of->act].failed = outcome.failed;
  }
  operations_.erase(operation.id);
  advanced();
}

// A service has waited long enough, and cancels what it has asked or goes away. What comes next is
// his who had asked, and nobody has let him go on.
void Scheduler::give_up(const Operation& operation, const boundary::Outcome& outcome) {
  if (operation.act == kNobody) {
    trace_.add({Act::Kind::asks, operation.contender, operation.boundary, operation.text,
                outcome.text.empty() ? "its connection was closed before its turn"
                                     : std::string(outcome.text),
                true});
  }
  if (operation.contender < contenders_.size()) contenders_[operation.contender].gave_up = true;
}

// Who is on his way and has nothing at a boundary yet; else one who waited for something else; else
// one whose lane it is, or who goes on twice at once.
size_t Scheduler::owner_of(const boundary::Operation& operation) const {
  const auto lane = transactions_.find(operation.lane);
  if (lane != transactions_.end() && lane->second) return *lane->second;
  if (current_ != kNobody && !holds(current_) && !contenders_[current_].left) return current_;
  for (size_t i = 0; i < contenders_.size(); ++i) {
    if ((contenders_[i].parked || contenders_[i].gave_up) && !contenders_[i].left) return i;
  }
  return current_ == kNobody ? 0 : current_;
}

Choice Scheduler::next_choice() {
  Choice choice;
  choice.first = trace_.choices.empty();
  for (size_t i = 0; i < contenders_.size(); ++i) {
    const Operation* const next = next_of(i);
    if (next) choice.options.push_back({i, effective(*next), !contenders_[i].acted});
  }
  if (!trace_.choices.empty()) choice.before = trace_.choices.back().chosen;
  return choice;
}

// The operation of his that goes on next: of several at once the one that reads first.
Scheduler::Operation* Scheduler::next_of(size_t contender) {
  Operation* next = nullptr;
  for (auto& [id, operation] : operations_) {
    if (operation.contender != contender) continue;
    const bool waits = operation.state == Operation::State::asked ||
                       operation.state == Operation::State::carried_out;
    if (!waits) continue;
    // A lane answers in order.
    const bool behind = std::ranges::any_of(operations_, [&](const auto& other) {
      return other.first < id && other.second.lane == operation.lane;
    });
    if (behind) continue;
    if (!next || operation.text < next->text) next = &operation;
  }
  return next;
}

Scheduler::Operation* Scheduler::next_of_all() {
  for (size_t i = 0; i < contenders_.size(); ++i) {
    if (Operation* next = next_of(i)) return next;
  }
  return nullptr;
}

// By names that are those of no other boundary.
Touch Scheduler::scoped(const Operation& operation, const Touch& touch) {
  if (operation.reach.everywhere) return touch;
  return {operation.boundary + "." + touch.what, touch.how};
}

std::vector<Touch> Scheduler::effective(const Operation& operation) const {
  std::vector<Touch> touches;
  for (const Touch& touch : operation.reach.touches) {
    touches.push_back(scoped(operation, touch));
  }
  if (operation.reach.snapshot && operation.contender < known_.by_contender.size()) {
    for (const Touch& touch : known_.by_contender[operation.contender]) {
      if (touch.how & Touch::kReads) boundary::add_touch(touches, {touch.what, Touch::kReads});
    }
  }
  return touches;
}

bool Scheduler::holds(size_t contender) const {
  return std::ranges::any_of(operations_,
                             [&](const auto& one) { return one.second.contender == contender; });
}

Scheduler::Operation* Scheduler::find(boundary::OperationId id) {
  const auto found = operations_.find(id);
  return found == operations_.end() ? nullptr : &found->second;
}

void Scheduler::note(Act::Kind kind, size_t contender) {
  trace_.add({.kind = kind, .contender = contender});
}

void Scheduler::changed() {
  ++changes_;
  changed_.notify_all();
}

void Scheduler::advanced() {
  ++advances_;
  changed();
}

}  // namespace peregrine::trial
