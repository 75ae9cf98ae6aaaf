// How many users there are at each moment of a load, or how many plays begin in a second: a level
// that stands and goes along straight lines, as `users`, `rate`, `for` and `stages` say.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "lang/load_spec.h"

namespace peregrine::trial {

class Profile {
 public:
  // The warm-up is played on the first level, before all else.
  explicit Profile(const lang::LoadSpec& load);

  // Until no play begins any more. Forever for a load that ends after so many plays.
  base::Duration length() const { return length_; }
  // The level then.
  double level(base::Duration at) const;
  // The highest of all.
  double most() const;

  // Open model: when the play with this number, from 0, begins. Play n begins when n + 1/2 plays
  // were due, so that they are spread evenly. Nothing when the load is over before.
  std::optional<base::Duration> arrival(uint64_t number) const;
  // How many plays begin in all. REQUIRES: the length is known.
  uint64_t arrivals() const;

 private:
  // The level goes from one to the other.
  struct Line {
    double begin_s;
    double length_s;  // may be infinite
    double from;
    double to;
    double before;                     // plays that were due at its begin
    double due(double seconds) const;  // plays, since its begin
  };

  void append(double length_s, double from, double to);

  std::vector<Line> lines_;
  base::Duration length_;
};

}  // namespace peregrine::trial
