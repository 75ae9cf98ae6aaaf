// Where the operations of all boundaries of a system ask the director, and wait for its word.
//
// One thread: the loop's. It outlives the boundaries.
#pragma once

#include <map>

#include "base/result.h"
#include "boundary/operation.h"
#include "io/loop.h"

namespace peregrine::boundary {

class Crossing {
 public:
  explicit Crossing(io::Loop& loop) : loop_(loop) {}
  Crossing(const Crossing&) = delete;
  Crossing& operator=(const Crossing&) = delete;

  // From now on; it outlives the crossing, or is taken back. Null: nobody directs, and what the one
  // before still holds passes.
  void set_director(Director* director);
  bool directed() const { return director_ != nullptr; }
  // Connections that services are making, which wait for a server and ask nothing yet; and whatever
  // else is about to lead to operations.
  size_t starting() const { return starting_; }
  // Lets go an operation that is held, to what `verdict` says, which may be to be held on. One that
  // is not held any more, for its service has gone, is left alone.
  void release(OperationId id, Verdict verdict = {});

  // ---- For boundaries

  // That is one of them, as long as this is there.
  class Starting {
   public:
    explicit Starting(Crossing& of) : of_(of) { ++of_.starting_; }
    Starting(const Starting&) = delete;
    Starting& operator=(const Starting&) = delete;
    ~Starting() { --of_.starting_; }

   private:
    Crossing& of_;
  };

  OperationId next_operation() { return ++last_operation_; }
  LaneId next_lane() { return ++last_lane_; }
  // What is to be done at once: wait for it with carry_out(), unless it is to pass.
  Verdict decide(Point point, const Operation& operation) {
    return director_ ? director_->decide(point, operation) : Verdict{};
  }
  // Waits as long as the verdict says, and gives what is left to be done: pass, drop or close; or
  // nothing when its service has gone meanwhile, or wants it no more. Fails when this is cancelled.
  struct Left {
    Verdict::Act act = Verdict::Act::pass;
    bool abandoned = false;
    bool divided = false;
    bool unwanted = false;
  };
  io::Task<base::Result<Left>> carry_out(OperationId id, Verdict verdict);
  // Its service has gone: ends the wait of carry_out(), if there is one.
  void abandon(OperationId id);
  // The same where its service is still there, and has cancelled it. False: nothing waits for it.
  bool cancel(OperationId id);
  void settled(const Operation& operation, const Outcome& outcome) {
    if (director_) director_->settled(operation, outcome);
  }

 private:
  struct Waiting {
    io::Signal changed;
    Verdict verdict;
    bool abandoned = false;
    bool unwanted = false;
  };

  io::Loop& loop_;
  Director* director_ = nullptr;
  OperationId last_operation_ = 0;
  LaneId last_lane_ = 0;
  size_t starting_ = 0;
  std::map<OperationId, Waiting*> waiting_;
};

}  // namespace peregrine::boundary
