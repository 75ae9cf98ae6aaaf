// The constraint keeps a slot from being booked twice, but who comes second in the gap between the
// look and the insert is told of an error of the server.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const int64_t taken,
         co_await db.number("select count(*) from unique_bookings where slot = $1", asked["slot"]));
  if (taken > 0) co_return conflict("the slot is taken");
  CO_TRY_OK(co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)",
                            asked["slot"], asked["guest"]));
  co_return created();
}

}  // namespace

Handling unique_answered_500(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::defective
