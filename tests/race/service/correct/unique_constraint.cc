// A slot is unique; who comes second is told so.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  const auto booked = co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)",
                                      asked["slot"], asked["guest"]);
  if (!booked && db.refused_as(kUniqueViolation)) co_return conflict("the slot is taken");
  CO_TRY_OK(booked);
  co_return created();
}

}  // namespace

Handling unique_constraint(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

Handling unique_constraint_in_transaction(Service& service, const Asked& asked) {
  return in_transaction(service, asked, book);
}

}  // namespace peregrine::racing::correct
