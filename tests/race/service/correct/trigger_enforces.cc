// A trigger locks the event and refuses more tickets than it has seats.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  const auto booked = co_await db.ask("insert into tickets (event, guest) values ($1, $2)",
                                      asked["event"], asked["guest"]);
  if (!booked && db.refused_as(kCheckViolation)) co_return conflict("sold out");
  CO_TRY_OK(booked);
  co_return created();
}

}  // namespace

Handling trigger_enforces(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::correct
