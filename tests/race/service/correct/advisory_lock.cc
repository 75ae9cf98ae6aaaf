// Looks and books with an advisory lock on the slot, held until the commit.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("select pg_advisory_xact_lock(hashtext($1))", asked["slot"]));
  CO_TRY(const int64_t taken,
         co_await db.number("select count(*) from bookings where slot = $1", asked["slot"]));
  if (taken > 0) co_return conflict("the slot is taken");
  CO_TRY_OK(co_await db.ask("insert into bookings (slot, guest) values ($1, $2)", asked["slot"],
                            asked["guest"]));
  co_return created();
}

}  // namespace

Handling advisory_lock(Service& service, const Asked& asked) {
  return in_transaction(service, asked, book);
}

}  // namespace peregrine::racing::correct
