// An event is unique and written in the same transaction as what it does: the second delivery finds
// it there, and does nothing.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling take(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows first,
         co_await db.ask("insert into unique_events (event) values ($1) on conflict do nothing",
                         asked["event"]));
  if (first.affected == 0) co_return fine();
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1",
                            asked["account"], asked["amount"]));
  co_return fine();
}

}  // namespace

Handling webhook_once(Service& service, const Asked& asked) {
  return in_transaction(service, asked, take);
}

}  // namespace peregrine::racing::correct
