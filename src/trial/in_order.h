// Plays that go on at the same time, told as if each came after the one before: in the order in
// which they were planned, whichever ends first. So a report does not depend on how many there are.
//
// A play that begins while all before it have ended is told as it goes; another once it has ended
// and its turn has come.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include "record/results.h"

namespace peregrine::trial {

class InOrder {
 public:
  // Both outlive it. Results are added to the run's in the order of the plays.
  InOrder(record::Observer& to, record::RunResult& run) : to_(to), run_(run) {}

  // Whom play `number` (from 0) is to tell of itself.
  record::Observer& begin(size_t number);
  // Comes once for each play, and for each journey that is skipped. One that was not begun here is
  // told when it ends; as a race if it has one.
  void finish(size_t number, record::JourneyResult result,
              std::optional<record::RaceResult> race = std::nullopt);
  // No further one comes: what has ended is told, whether or not all before it have.
  void close();

 private:
  struct Ended {
    record::JourneyResult result;
    std::optional<record::RaceResult> race;
  };
  void tell(Ended ended);
  void tell_whose_turn_it_is();

  record::Observer& to_;
  record::RunResult& run_;
  record::Observer nobody_;
  size_t next_ = 0;                // whose turn it is
  bool live_ = false;              // it is being told as it goes
  std::map<size_t, Ended> ended_;  // whose turn has not come
};

}  // namespace peregrine::trial
