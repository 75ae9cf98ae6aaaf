// Marks a hold as paid in the statement that looks whether it is good.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling pay(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows paid, co_await db.ask("update holds set paid = true, paid_at = now()"
                                               " where id = $1 and expires > now()",
                                               asked["hold"]));
  co_return paid.affected == 0 ? conflict("it has expired") : created();
}

}  // namespace

Handling hold_paid_in_time(Service& service, const Asked& asked) {
  return on_connection(service, asked, pay);
}

}  // namespace peregrine::racing::correct
