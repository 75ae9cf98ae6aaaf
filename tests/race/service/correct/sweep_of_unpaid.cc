// A nightly job deletes the holds that nobody has paid in the statement that looks.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling pay(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows paid,
         co_await db.ask("update holds set paid = true where id = $1 and not paid", asked["hold"]));
  if (paid.affected == 0) co_return conflict("there is no such hold");
  CO_TRY_OK(co_await db.ask("insert into entries (hold) values ($1)", asked["hold"]));
  co_return created();
}

Handling sweep(Session& db, const Asked&) {
  CO_TRY_OK(co_await db.ask("delete from holds where not paid"));
  co_return fine();
}

}  // namespace

Handling sweep_of_unpaid_pay(Service& service, const Asked& asked) {
  return in_transaction(service, asked, pay);
}

Handling sweep_of_unpaid_sweep(Service& service, const Asked& asked) {
  return on_connection(service, asked, sweep);
}

}  // namespace peregrine::racing::correct
