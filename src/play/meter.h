// Who measures many plays of a plan: told of each step as it ends, where a result of every play
// would be too much to keep.
//
// One thread: that of the players.
#pragma once

#include <string_view>

#include "base/time.h"
#include "lang/plan.h"

namespace peregrine::play {

// When a step that asks something was to begin, when it did, and when it was answered. From `due`
// on its user waits: what the service or we ourselves held him up before is part of what he sees.
// Of a step that only looks, and waits for what it looks for: when its cause was sent, and when it
// was seen.
struct StepTimes {
  base::Instant due;
  base::Instant sent{};
  base::Instant answered{};
  bool measured = false;  // else it has looked at something, or could not be begun: `due` is all
};

// What came of a step, or of a whole play.
enum class Outcome { held, lost, failed, cancelled };

class Meter {
 public:
  virtual ~Meter() = default;
  virtual void step_ended(const lang::Step& step, const StepTimes& times, Outcome outcome) = 0;
  // Comes before step_ended() of a step that failed; without a step a play could not be begun that
  // was due then. `kind` is what failures are counted by: "timeout", "status 503", "expectation".
  virtual void failed(const lang::Step* step, base::Instant due, std::string_view kind,
                      std::string_view message) = 0;
  // Of a step with `sent_at`: a message that was sent then has come. Told once of each.
  virtual void received(const lang::Step& step, base::Instant sent, base::Instant came) = 0;
};

}  // namespace peregrine::play
