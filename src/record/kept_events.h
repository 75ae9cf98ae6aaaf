// The events of a play that its reports show. Bounded, for each play and for all plays of a run
// together; counts of all events are beside them, in JourneyResult::traffic.
#pragma once

#include <cstdint>
#include <vector>

#include "record/event.h"

namespace peregrine::record {

struct KeptEvents {
  std::vector<Event> events;  // in the order of time: the last of the play
  uint64_t earlier = 0;       // how many came before these and are not kept
  std::vector<Picture> pictures{};
};

// Keeps events as long as there is room for them. A play that finds none left keeps nothing.
class EventKeeper {
 public:
  static constexpr size_t kMostOfPlay = 1'000;
  static constexpr size_t kMostBytesOfPlay = size_t{1} << 20;
  static constexpr size_t kMostBytesOfRun = size_t{128} << 20;

  // The last events of a play that began then.
  KeptEvents keep(const Timeline& timeline, base::Instant begin);

 private:
  size_t bytes_left_ = kMostBytesOfRun;
};

}  // namespace peregrine::record
