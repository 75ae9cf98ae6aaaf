// Plays one race in one order: holds every operation of those who contend at the boundary, lets one
// go on at a time, and waits until all are at rest again before the next is chosen.
//
// A contender is let in, and from then on every operation that appears while nobody else is on his
// way is his: services share connections, so nothing else says whose it is. Answers are delivered
// one by one for the same reason. What appears before the race passes.
//
// It names no protocol: an operation says what it reaches (boundary/reach.h), and the database
// behind a boundary whether it waits for another.
//
// One thread: the loop's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "boundary/operation.h"
#include "io/loop.h"
#include "play/gate.h"
#include "system/running_system.h"
#include "trial/race/schedule.h"

namespace peregrine::trial {

class Scheduler final : public boundary::Director, public play::Gate {
 public:
  // Who goes on; the choice's `chosen` is not set yet.
  using Choose = std::function<size_t(const Choice&, size_t number)>;
  // Is played when all have left and nothing is under way any more.
  using AtEnd = std::function<io::Task<void>()>;

  struct Options {
    // Not empty: each ends before the next is let in, in this order; who is not in it stays away.
    std::vector<size_t> order{};
    bool all_at_once = false;  // nobody is held: as they come
    base::Duration hangs_after = std::chrono::milliseconds(2500);
  };
  // What all races of a journey know: it grows as they are played.
  struct Known {
    // What each contender has reached, whenever it was.
    std::vector<std::vector<boundary::Touch>> by_contender{};
    // What an operation was found to reach beyond what its text says, by boundary and text.
    std::map<std::string, std::vector<boundary::Touch>, std::less<>> by_text{};
    // What services ask by themselves, by boundary and text: it is not held, nor is what follows it
    // in its transaction.
    std::set<std::string, std::less<>> background{};
    bool learns = true;  // asks databases what was reached
    // Services ask something after they have answered, seen when contenders went in turn.
    bool works_behind = false;
  };

  Scheduler(io::Loop& loop, system::RunningSystem& system, Known& known, Options options,
            Choose choose, AtEnd at_end);
  ~Scheduler() override;

  // Lets those who have gathered contend, until all have left or nothing goes on any more. Ends
  // only after gather(), or when cancelled.
  io::Task<void> conduct();
  Trace take_trace() { return std::move(trace_); }

  void gather(size_t contenders) override;
  io::Task<base::Result<bool>> enter(size_t contender) override;
  io::Task<base::Result<>> line_up(size_t contender) override;
  void leave(size_t contender) override;
  io::Task<void> disperse() override;

  boundary::Verdict decide(boundary::Point point, const boundary::Operation& operation) override;
  void settled(const boundary::Operation& operation, const boundary::Outcome& outcome) override;

 private:
  static constexpr size_t kNobody = SIZE_MAX;
  enum class Phase { waits, races, over };

  struct Operation {
    // asked: held before the server sees it. runs. blocked: the server lets it wait for another.
    // done: half of it, or all, has been carried out, and that is held.
    enum class State { asked, runs, blocked, carried_out, answered } state = State::asked;
    boundary::OperationId id = 0;
    boundary::LaneId lane = 0;
    size_t contender = kNobody;
    std::string boundary{};
    std::string text{};
    boundary::Reach reach{};
    size_t act = kNobody;  // in the trace; kNobody: it was not let go on yet
  };
  struct Contender {
    bool left = false;
    bool lined_up = false;
    bool parked = false;   // he is let in, and what he waits for crosses no boundary
    bool acted = false;    // at a boundary, ever
    bool gave_up = false;  // what he had asked, and is on his way
  };

  io::Task<void> admit(size_t contender);
  io::Task<void> come_to_rest(size_t contender);
  bool is_quiet() const;
  io::Task<void> deliver_answers();
  io::Task<void> let_rest_who_gave_up();
  io::Task<void> carry_out(Operation& operation);
  io::Task<void> settle(boundary::OperationId id);
  io::Task<void> look_at_blocked();
  io::Task<bool> wait_for_anything();
  io::Task<bool> stirs();
  io::Task<void> learn(boundary::OperationId id);
  io::Task<void> play_serially();
  io::Task<void> play_in_any_order();
  bool stays_away(size_t contender) const;
  void open_line();
  bool holds(size_t contender) const;
  Operation* find(boundary::OperationId id);
  Operation* next_of(size_t contender);
  Operation* next_of_all();
  Choice next_choice();
  static boundary::Touch scoped(const Operation& operation, const boundary::Touch& touch);
  std::vector<boundary::Touch> effective(const Operation& operation) const;
  size_t owner_of(const boundary::Operation& operation) const;
  bool is_background(const boundary::Operation& operation, const std::string& key);
  boundary::Verdict hold(const boundary::Operation& operation, const std::string& key);
  void give_up(const Operation& operation, const boundary::Outcome& outcome);
  void note(Act::Kind kind, size_t contender);
  void changed();   // something has happened
  void advanced();  // and it is of the race

  io::Loop& loop_;
  system::RunningSystem& system_;
  Known& known_;
  const Options options_;
  const Choose choose_;
  const AtEnd at_end_;
  Phase phase_ = Phase::waits;
  std::vector<Contender> contenders_;
  std::map<boundary::OperationId, Operation> operations_;
  std::set<boundary::OperationId> passing_;  // let go on without a word, and not answered yet
  // Whose transaction a lane is in, since the race has begun: kNobody's where it is a service's by
  // itself, nothing where it has not shown yet.
  std::map<boundary::LaneId, std::optional<size_t>> transactions_;
  size_t current_ = kNobody;  // who was let go on last
  uint64_t changes_ = 0, advances_ = 0;
  io::Signal changed_;
  std::vector<bool> let_in_;
  io::Signal line_;  // of those who go all at once
  bool line_open_ = false;
  Trace trace_;
};

}  // namespace peregrine::trial
