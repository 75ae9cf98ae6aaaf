// A virtual user: plays one plan once, and says what came of it.
#pragma once

#include "play/action.h"
#include "record/results.h"

namespace peregrine::play {

// Which play of a plan this is.
struct Turn {
  uint64_t seed = 0;  // decides all random values of the play
  uint64_t round = 0;
};

// The result of a play that has not begun.
record::JourneyResult begin_result(const lang::Plan& plan);

class Player {
 public:
  // The plan outlives the player.
  Player(World& world, const lang::Plan& plan, Turn turn, record::Observer& observer);

  // Plays step after step until one fails. Does not reset anything before. Cancelled, it ends with
  // the verdict `inconclusive`.
  io::Task<record::JourneyResult> play();

 private:
  struct Tried;
  lang::Context context();
  io::Task<bool> play_step(const lang::Step& step);
  io::Task<Tried> try_once(const lang::Step& step, io::Deadline deadline);
  io::Task<Tried> try_until(const lang::Step& step, record::Failure& failure);
  void compare(const lang::Step& step, const Attempt& attempt, Tried& tried);
  void fill_data();
  base::Result<> save(const lang::Step& step, const Tried& tried);
  static std::string describe(const lang::Step& step, const Tried& tried);
  std::string describe_seen(const lang::Step& step, const Tried& tried) const;
  void fail(record::Failure failure);

  World& world_;
  const lang::Plan& plan_;
  record::Observer& observer_;
  base::Random random_;
  std::vector<base::Value> slots_;
  base::Instant begin_;
  record::JourneyResult result_;
};

}  // namespace peregrine::play
