#include "report/event_kinds.h"

namespace peregrine::report {

using Kind = record::Event::Kind;

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::none:
      return "none";
    case Direction::to_source:
      return "to";
    case Direction::from_source:
      return "from";
    case Direction::by_service:
      return "by_service";
    case Direction::to_service:
      return "to_service";
    case Direction::at_source:
      return "at";
  }
  return "at";
}

EventKind look_of(Kind kind) {
  switch (kind) {
    case Kind::step:
      return {"Step", Direction::none};
    case Kind::request:
      return {"Request", Direction::to_source};
    case Kind::answer:
      return {"Answer", Direction::from_source};
    case Kind::statement:
      return {"SQL statement", Direction::by_service};
    case Kind::command:
      return {"Redis command", Direction::by_service};
    case Kind::call:
      return {"Call of a third party", Direction::by_service};
    case Kind::webhook:
      return {"Webhook", Direction::to_service};
    case Kind::mail:
      return {"Mail", Direction::by_service};
    case Kind::clock:
      return {"The clock is moved", Direction::at_source};
    case Kind::log:
      return {"Log line", Direction::at_source};
    case Kind::sent:
      return {"Message sent", Direction::to_source};
    case Kind::received:
      return {"Message received", Direction::from_source};
  }
  return {"Event", Direction::at_source};
}

}  // namespace peregrine::report
