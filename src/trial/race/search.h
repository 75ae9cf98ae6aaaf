// Which orders of a race are played: iterative context bounding (Musuvathi and Qadeer, PLDI 2007).
// First all in which nobody is interrupted who could go on, then those with one preemption, two, …
// up to a bound.
//
// A preemption is tried only before an operation that conflicts with something the other reaches,
// as far as that is known; of contenders alike that have done nothing yet only the first is let go
// on. How many orders were left out for it is counted.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "trial/race/schedule.h"

namespace peregrine::trial {

// By contender: what he has reached, ever.
using Reached = std::vector<std::vector<boundary::Touch>>;

class Search {
 public:
  struct Options {
    size_t bound = 2;
    bool only_conflicts = true;
    bool symmetry = true;  // the contenders do the same
  };
  // `first`: is played before anything is known; nothing: only what branch() tells of is.
  explicit Search(Options options, std::optional<Choices> first = Choices())
      : options_(options), waiting_(options.bound + 1) {
    if (first) waiting_.front().push_back(std::move(*first));
  }

  // The choices to begin with; after them who went on goes on, as long as he can. Nothing when all
  // has been played up to the bound.
  std::optional<Choices> next();
  // What came of the last.
  void tell(const Trace& trace, const Reached& reached);
  // The orders that go as `trace` does up to this choice, and there another way, are to be played.
  void branch(const Trace& trace, size_t at, const Reached& reached);

  // Every order with fewer preemptions has been played.
  size_t preemptions() const { return at_; }
  size_t waiting() const;
  size_t left_out_for_conflict() const { return without_conflict_; }
  size_t left_out_for_symmetry() const { return symmetric_; }

 private:
  bool is_alike(const Choice& choice, size_t contender) const;

  Options options_;
  std::vector<std::deque<Choices>> waiting_;  // by the preemptions that they have
  size_t at_ = 0;
  size_t begun_ = 0;  // choices of the last that were given
  size_t without_conflict_ = 0;
  size_t symmetric_ = 0;
};

// Who goes on behind the choices that a search gives.
size_t go_on(const Choice& choice);

}  // namespace peregrine::trial
