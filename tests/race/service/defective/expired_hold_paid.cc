// Looks whether a hold is good, then marks it as paid: it may expire in between.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling pay(Session& db, const Asked& asked) {
  CO_TRY(const int64_t good,
         co_await db.number("select count(*) from holds where id = $1 and expires > now()",
                            asked["hold"]));
  if (good == 0) co_return conflict("it has expired");
  CO_TRY_OK(co_await db.ask("update holds set paid = true, paid_at = now() where id = $1",
                            asked["hold"]));
  co_return created();
}

}  // namespace

Handling expired_hold_paid(Service& service, const Asked& asked) {
  return on_connection(service, asked, pay);
}

}  // namespace peregrine::racing::defective
