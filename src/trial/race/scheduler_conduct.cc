// How a race is conducted: one operation at a time, and what is waited for in between.
#include <fmt/core.h>

#include <algorithm>

#include "trial/race/idle.h"
#include "trial/race/scheduler.h"

namespace peregrine::trial {

using base::Result;
using boundary::Touch;
using boundary::Verdict;
using namespace std::chrono_literals;

namespace {

// How long nothing must have happened, with every service asleep, before it counts as rest: longer
// than the shortest timer there is in Node, 1 ms, by which clients begin to connect.
constexpr base::Duration kLook = 300us;
constexpr int kLooksOfRest = 5;
// Before a database is asked whether an operation waits for another.
constexpr base::Duration kAskAfter = 1ms;
constexpr base::Duration kAskEvery = 3ms;
constexpr base::Duration kAnswerWithin = 2s;
// What a service does behind its answer has gaps in which it sleeps, but no long ones. The shorter
// where in turn nothing was seen behind any answer.
constexpr base::Duration kSettle = 8ms;
constexpr base::Duration kSettleWhereNothingCame = 3ms;
constexpr base::Duration kAtOnceWithin = 30s;
constexpr base::Duration kDisperse = 20ms;
constexpr base::Duration kLookAgain = 1ms;
constexpr size_t kMostChoices = 2'000;

// Nobody directs, so that no operation tells: what those who have left have set going is over when
// no service has computed for a while.
io::Task<void> wait_for_rest(io::Loop& loop, const system::RunningSystem& system) {
  const io::Deadline end = loop.in(kAtOnceWithin);
  base::Instant busy = loop.now();
  while (loop.now() < std::min(busy + kDisperse, end.at)) {
    if (!co_await loop.sleep(kLookAgain)) co_return;
    if (system.computes()) busy = loop.now();
  }
}

}  // namespace

io::Task<void> Scheduler::conduct() {
  while (phase_ == Phase::waits) {
    if (!co_await changed_.wait(io::Deadline::never())) co_return;
  }
  const bool serial = !options_.order.empty();
  if (serial) co_await play_serially();
  if (!serial && !options_.all_at_once) co_await play_in_any_order();
  const io::Deadline end = loop_.in(options_.all_at_once ? kAtOnceWithin : options_.hangs_after);
  while (!std::ranges::all_of(contenders_, &Contender::left) && !trace_.hung) {
    const Result<> woken = co_await changed_.wait(end);
    if (!woken && woken.error().code == base::Code::cancelled) break;
    trace_.hung = !woken;
  }
  // What is still held goes on.
  system_.crossing().set_director(nullptr);
  if (options_.all_at_once && !trace_.hung) co_await wait_for_rest(loop_, system_);
  if (at_end_ && !trace_.hung) co_await at_end_();
  trace_.times.push_back(base::monotonic_now());
  phase_ = Phase::over;
  changed();
}

// Each with what he has set going and was not waited for, whoever that is counted to.
io::Task<void> Scheduler::play_serially() {
  for (const size_t contender : options_.order) {
    co_await admit(contender);
    while (!trace_.hung) {
      co_await deliver_answers();
      if (Operation* next = next_of_all()) {
        co_await carry_out(*next);
      } else if (contenders_[contender].left) {
        if (!co_await stirs()) break;
      } else if (!co_await wait_for_anything()) {
        trace_.hung = true;
      }
    }
  }
}

// Whether something happens within a moment in which every service sleeps.
io::Task<bool> Scheduler::stirs() {
  const uint64_t before = advances_;
  const bool patient = known_.works_behind || !options_.order.empty();
  const base::Duration settle = patient ? kSettle : kSettleWhereNothingCame;
  io::Deadline end = loop_.in(settle);
  while (advances_ == before) {
    const Result<> woken = co_await changed_.wait({std::min(end.at, loop_.now() + kLook)});
    if (!woken && woken.error().code == base::Code::cancelled) co_return false;
    if (!is_quiet()) end = loop_.in(settle);
    if (loop_.now() >= end.at && advances_ == before) co_return false;
  }
  known_.works_behind = true;
  co_return true;
}

io::Task<void> Scheduler::play_in_any_order() {
  for (size_t i = 0; i < contenders_.size(); ++i) co_await admit(i);
  while (!trace_.hung) {
    co_await deliver_answers();
    co_await look_at_blocked();
    co_await let_rest_who_gave_up();
    Choice choice = next_choice();
    if (choice.options.empty()) {
      const bool all_left = std::ranges::all_of(contenders_, &Contender::left);
      if (all_left && operations_.empty()) {
        if (!co_await stirs()) co_return;
        continue;
      }
      const bool going_on = co_await wait_for_anything();
      if (!going_on && all_left) co_return;
      trace_.hung = !going_on;
      continue;
    }
    choice.chosen = choose_(choice, trace_.choices.size());
    if (!choice.find(choice.chosen)) {
      if (!trace_.diverged) trace_.diverged = trace_.choices.size();
      choice.chosen = choice.options.front().contender;
    }
    current_ = choice.chosen;
    choice.act = trace_.acts.size();
    trace_.choices.push_back(std::move(choice));
    co_await carry_out(*next_of(current_));
    if (trace_.choices.size() > kMostChoices) trace_.hung = true;
  }
}

// He is let in, and goes on until he is at a boundary.
io::Task<void> Scheduler::admit(size_t contender) {
  current_ = contender;
  let_in_[contender] = true;
  changed();
  co_await come_to_rest(contender);
}

// Until he has something at a boundary; or nothing goes on and every service sleeps: he has left
// then, with all that he has set going, or what he waits for crosses no boundary. So does what lets
// nothing come to rest for too long.
io::Task<void> Scheduler::come_to_rest(size_t contender) {
  int looks = 0;
  uint64_t seen = changes_;
  const io::Deadline end = loop_.in(options_.hangs_after);
  while (!holds(contender)) {
    const Result<> woken = co_await changed_.wait(loop_.in(kLook));
    if (!woken && woken.error().code == base::Code::cancelled) co_return;
    const bool quiet = !woken && changes_ == seen && is_quiet();
    seen = changes_;
    looks = quiet ? looks + 1 : 0;
    if (looks < kLooksOfRest && loop_.now() < end.at) continue;
    contenders_[contender].parked = !contenders_[contender].left;
    co_return;
  }
}

bool Scheduler::is_quiet() const {
  return passing_.empty() && system_.crossing().starting() == 0 && !system_.computes();
}

io::Task<void> Scheduler::deliver_answers() {
  for (;;) {
    const auto found = std::ranges::find_if(operations_, [](const auto& one) {
      return one.second.state == Operation::State::answered;
    });
    if (found == operations_.end()) co_return;
    const size_t contender = found->second.contender;
    current_ = contender;
    system_.crossing().release(found->first);
    co_await settle(found->first);
    if (contender < contenders_.size()) co_await come_to_rest(contender);
  }
}

io::Task<void> Scheduler::let_rest_who_gave_up() {
  for (size_t i = 0; i < contenders_.size(); ++i) {
    if (!contenders_[i].gave_up) continue;
    current_ = i;
    co_await come_to_rest(i);
    contenders_[i].gave_up = false;
  }
}

// Until the answer that was released has gone.
io::Task<void> Scheduler::settle(boundary::OperationId id) {
  const io::Deadline end = loop_.in(kAnswerWithin);
  while (find(id)) {
    if (!co_await changed_.wait(end)) co_return;
  }
}

// Lets it go on, and waits until it is answered, or waits for another.
io::Task<void> Scheduler::carry_out(Operation& operation) {
  const boundary::OperationId id = operation.id;
  const size_t contender = operation.contender;
  ++trace_.operations;
  if (contender < contenders_.size()) {
    contenders_[contender].acted = true;
    for (const Touch& touch : operation.reach.touches) {
      boundary::add_touch(known_.by_contender[contender], scoped(operation, touch));
    }
  }
  const bool second_half = operation.state == Operation::State::carried_out;
  operation.act = trace_.acts.size();
  const bool preempts = !trace_.choices.empty() && trace_.choices.back().preempts();
  trace_.add({second_half ? Act::Kind::commits : Act::Kind::asks, contender, operation.boundary,
              operation.text, "", false, preempts});
  const bool divides = !second_half && operation.reach.divisible;
  operation.state = Operation::State::runs;
  system_.crossing().release(id, {.act = Verdict::Act::pass, .divided = divides});
  base::Instant ask = loop_.now() + kAskAfter;
  const io::Deadline end = loop_.in(options_.hangs_after);
  for (;;) {
    const Operation* const now = find(id);
    if (!now) co_return;
    if (now->state != Operation::State::runs) break;
    const Result<> woken = co_await changed_.wait({std::min(ask, end.at)});
    if (woken) continue;
    if (woken.error().code == base::Code::cancelled) co_return;
    if (loop_.now() >= end.at) {
      trace_.hung = true;
      co_return;
    }
    system::RunningDatabase* const database = system_.find_database(now->boundary);
    const Result<bool> waits =
        database ? co_await database->waits(now->reach.session, loop_.in(kAnswerWithin))
                 : Result<bool>(true);
    Operation* const still = find(id);
    if (!still || still->state != Operation::State::runs) continue;
    if (waits && *waits) {
      still->state = Operation::State::blocked;
      note(Act::Kind::blocks, contender);
      co_return;
    }
    ask = loop_.now() + kAskEvery;
  }
  if (known_.learns) co_await learn(id);
}

// What it has reached beyond its text: as long as its transaction is open, its locks tell.
io::Task<void> Scheduler::learn(boundary::OperationId id) {
  const Operation* const of = find(id);
  if (!of || of->reach.session == 0) co_return;
  if (of->state != Operation::State::carried_out && !of->reach.within) co_return;
  system::RunningDatabase* const database = system_.find_database(of->boundary);
  if (!database) co_return;
  const auto held = co_await database->held(of->reach.session, loop_.in(kAnswerWithin));
  const Operation* const still = find(id);
  if (!held || !still) co_return;
  std::vector<Touch>& known = known_.by_text[key_of(still->boundary, still->text)];
  for (const Touch& touch : *held) {
    boundary::add_touch(known, touch);
    if (still->contender < contenders_.size()) {
      boundary::add_touch(known_.by_contender[still->contender], scoped(*still, touch));
    }
  }
}

// Those that the server let wait may have gone on: then they are answered in a moment.
io::Task<void> Scheduler::look_at_blocked() {
  std::vector<boundary::OperationId> blocked;
  for (const auto& [id, operation] : operations_) {
    if (operation.state == Operation::State::blocked) blocked.push_back(id);
  }
  for (const boundary::OperationId id : blocked) {
    const Operation* const of = find(id);
    if (!of || of->state != Operation::State::blocked) continue;
    system::RunningDatabase* const database = system_.find_database(of->boundary);
    if (!database) continue;
    const auto waits = co_await database->waits(of->reach.session, loop_.in(kAnswerWithin));
    if (!waits || *waits) continue;
    const io::Deadline end = loop_.in(kDisperse);
    for (const Operation* now = find(id); now && now->state == Operation::State::blocked;
         now = find(id)) {
      if (!co_await changed_.wait(end)) break;
    }
    co_await deliver_answers();
  }
}

// Something goes on by itself: what was blocked, a timer of a service's. False when nothing does
// for so long that it hangs.
io::Task<bool> Scheduler::wait_for_anything() {
  const uint64_t before = advances_;
  const bool all_left = std::ranges::all_of(contenders_, &Contender::left);
  const io::Deadline end = loop_.in(all_left ? kDisperse : options_.hangs_after);
  while (advances_ == before) {
    const Result<> woken = co_await changed_.wait(end);
    if (!woken && advances_ == before) co_return false;
  }
  co_return true;
}

}  // namespace peregrine::trial
