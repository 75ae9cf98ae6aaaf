// A nightly job lists the holds that nobody has paid, then deletes them one by one: whoever pays in
// between has paid for nothing.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling pay(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows paid,
         co_await db.ask("update holds set paid = true where id = $1 and not paid", asked["hold"]));
  if (paid.affected == 0) co_return conflict("there is no such hold");
  CO_TRY_OK(co_await db.ask("insert into entries (hold) values ($1)", asked["hold"]));
  co_return created();
}

Handling sweep(Session& db, const Asked&) {
  CO_TRY(const net::Rows unpaid,
         co_await db.ask("select id from holds where not paid order by id limit 100"));
  for (const auto& row : unpaid.cells) {
    CO_TRY_OK(co_await db.ask("delete from holds where id = $1", row[0]));
  }
  co_return fine();
}

}  // namespace

Handling sweep_of_paid_pay(Service& service, const Asked& asked) {
  return in_transaction(service, asked, pay);
}

Handling sweep_of_paid_sweep(Service& service, const Asked& asked) {
  return on_connection(service, asked, sweep);
}

}  // namespace peregrine::racing::defective
