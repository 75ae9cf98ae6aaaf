// The seconds of a load, one after another: what was asked and played in each of them.
//
// Where several processes play, each has a part of every second, and those of others come a moment
// later than one's own: a second is held back until the next is over. Memory does not grow with the
// length of a load: at most kMost slices are kept, pairs of which become one when there would be
// more.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "record/load_result.h"

namespace peregrine::trial {

// What one process has measured of a second. The text of the slice's latency is not made.
struct SlicePart {
  uint64_t number = 0;  // of the second, from 0; the same in all processes
  record::LoadSlice slice{};
  base::Histogram latency{};
  record::LoadStreams streams{};
};

class Slices {
 public:
  static constexpr size_t kMost = 600;

  // `others`: parts of other processes come too.
  explicit Slices(bool others) : others_(others) {}

  // This process's own, in their order.
  void close(SlicePart part);
  // Another's. One that is late for its second is added to the one that is held back.
  void add(SlicePart part);
  // No more will come.
  void finish();

  // Those that are whole.
  const std::vector<record::LoadSlice>& all() const { return all_; }

 private:
  void push(SlicePart part);

  bool others_;
  std::optional<SlicePart> held_;        // waits for the parts of others
  std::map<uint64_t, SlicePart> early_;  // of others, of seconds that are not over here
  std::vector<record::LoadSlice> all_;
  base::Duration length_ = std::chrono::seconds(1);
};

}  // namespace peregrine::trial
