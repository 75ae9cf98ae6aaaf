// Which steps of a journey only look: at a database, at mail, at a log, at what a third party was
// sent. They change nothing, and where many play they need not be played in every play.
#pragma once

#include "lang/plan.h"

namespace peregrine::lang {

// Sets Step::only_looks of the plan's `steps`, and Invariant::of_one_play. A step does not only
// look whose query may change something, that saves what a step that does more reads, or that saves
// something for an actor. REQUIRES: all of the plan is read.
void mark_looks(Plan& plan);

}  // namespace peregrine::lang
