// Rooms are not booked for times that overlap: the table refuses it. Two that insert in the same
// instant may wait for each other, and one of them tries again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  const auto booked =
      co_await db.ask("insert into room_bookings (room, hours) values ($1, int4range($2, $3))",
                      asked["room"], asked["from"], asked["to"]);
  if (!booked && db.refused_as(kExclusionViolation)) co_return conflict("the room is taken");
  CO_TRY_OK(booked);
  co_return created();
}

}  // namespace

Handling exclusion_constraint(Service& service, const Asked& asked) {
  return with_retries(service, asked, book);
}

}  // namespace peregrine::racing::correct
