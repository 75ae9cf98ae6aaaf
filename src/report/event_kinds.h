// How an event looks, by its kind: all that a picture of it has to know. A new kind gets its case
// in event_kinds.cc, and is shown.
#pragma once

#include <string_view>

#include "record/event.h"

namespace peregrine::report {

// Between whom an event goes. Its `source` is one side.
enum class Direction {
  none,         // nobody: a step begins
  to_source,    // from the journey
  from_source,  // to the journey
  by_service,   // to the source, from the service of its cause
  to_service,   // from the source to the service of its cause
  at_source,    // stays there: a line of a log
};
std::string_view to_string(Direction direction);

struct EventKind {
  std::string_view label;  // "SQL statement"
  Direction direction;
};
EventKind look_of(record::Event::Kind kind);

}  // namespace peregrine::report
