// Takes two rows in the order of their numbers, whichever way the money goes.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling transfer(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("select from accounts where id in ($1, $2) order by id for update",
                            asked["from"], asked["to"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance - $2 where id = $1",
                            asked["from"], asked["amount"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1", asked["to"],
                            asked["amount"]));
  co_return created();
}

}  // namespace

Handling locked_in_order(Service& service, const Asked& asked) {
  return in_transaction(service, asked, transfer);
}

}  // namespace peregrine::racing::correct
