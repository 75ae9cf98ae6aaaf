// Takes two rows in the order in which the request names them; two requests that name them the
// other way round wait for each other. PostgreSQL ends one of them, and nobody tries again.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling transfer(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance - $2 where id = $1",
                            asked["from"], asked["amount"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1", asked["to"],
                            asked["amount"]));
  co_return created();
}

}  // namespace

Handling deadlock_answered_500(Service& service, const Asked& asked) {
  return in_transaction(service, asked, transfer);
}

}  // namespace peregrine::racing::defective
