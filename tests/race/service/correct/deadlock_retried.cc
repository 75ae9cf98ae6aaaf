// Takes two rows in the order in which the request names them; who was ended to resolve a deadlock
// tries again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling transfer(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance - $2 where id = $1",
                            asked["from"], asked["amount"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1", asked["to"],
                            asked["amount"]));
  co_return created();
}

}  // namespace

Handling deadlock_retried(Service& service, const Asked& asked) {
  return with_retries(service, asked, transfer);
}

}  // namespace peregrine::racing::correct
