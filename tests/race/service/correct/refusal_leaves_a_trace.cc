// A slot is unique; who is refused is written down, for whoever wants to call him back.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows,
         co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)"
                         " on conflict (slot) do nothing",
                         asked["slot"], asked["guest"]));
  if (rows.affected > 0) co_return created();
  CO_TRY_OK(co_await db.ask("insert into refusals (guest) values ($1)", asked["guest"]));
  co_return conflict("the slot is taken");
}

}  // namespace

Handling refusal_leaves_a_trace(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::correct
