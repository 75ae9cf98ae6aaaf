// `load:` of a journey, and `loads:` of a system, where many play a mix of journeys: how many users
// there are or how often a play begins, for how long, and what must hold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "lang/source.h"

namespace peregrine::lang {

// A bound on a figure of a load: `p99: 200ms`, `rps: ">= 1000"`.
struct Threshold {
  enum class Bound { less, at_most, more, at_least };

  Place at;
  std::string on;    // a step's sentence, a party of the system; empty: the load as a whole
  std::string what;  // the figure: "p99", "errors", "cpu"
  Bound bound = Bound::at_most;
  double limit = 0;  // in nanoseconds, as a share of 1, a second, or in bytes: as the figure is
  std::string text;  // as it was written: "200ms"
};

struct LoadSpec {
  // Closed: so many users, each of whom begins a play when the one before has ended. Open: so many
  // plays begin in a second, whether earlier ones have ended or not.
  enum class Model { closed, open };
  // On the way to a level, along a straight line; in no time: a jump.
  struct Stage {
    double to;
    base::Duration in;
  };
  struct Part {
    std::string path;  // of a journey, as Source::path() has it
    double weight;
  };

  std::string name{};  // in `loads:`; empty for a journey's own
  Place at{};
  std::vector<Part> mix{};  // of `loads:` alone
  Model model = Model::closed;
  double level = 0;  // at the beginning: users, or plays a second
  std::vector<Stage> stages{};
  std::optional<base::Duration> duration{};  // `for`; with stages what comes before them
  std::optional<int64_t> iterations{};       // plays in all
  std::optional<std::pair<base::Duration, base::Duration>> think{};  // between steps, from and to
  base::Duration warm_up{};                                          // not counted
  base::Duration grace = std::chrono::seconds(30);  // for plays that run when it is over
  double verify = 0.01;                             // share of plays that look into boundaries
  std::vector<Threshold> thresholds{};
  std::vector<Threshold> abort_on{};  // the load ends at once when one of these falls
};

}  // namespace peregrine::lang
