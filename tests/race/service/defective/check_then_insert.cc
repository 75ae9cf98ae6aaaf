// Looks whether the slot is free, then books it: two may look before either has booked.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const int64_t taken,
         co_await db.number("select count(*) from bookings where slot = $1", asked["slot"]));
  if (taken > 0) co_return conflict("the slot is taken");
  CO_TRY_OK(co_await db.ask("insert into bookings (slot, guest) values ($1, $2)", asked["slot"],
                            asked["guest"]));
  co_return created();
}

}  // namespace

Handling check_then_insert(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

Handling check_then_insert_in_transaction(Service& service, const Asked& asked) {
  return in_transaction(service, asked, book);
}

}  // namespace peregrine::racing::defective
