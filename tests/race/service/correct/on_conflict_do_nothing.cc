// A slot is unique; whether the insert has done something tells who was first.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows,
         co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)"
                         " on conflict (slot) do nothing",
                         asked["slot"], asked["guest"]));
  co_return rows.affected == 0 ? conflict("the slot is taken") : created();
}

}  // namespace

Handling on_conflict_do_nothing(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::correct
