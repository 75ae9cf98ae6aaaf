// A customer cancels a bill that is open. Between the look and the write acme's webhook says that
// it was paid: the bill is cancelled, and the money that came for it is nobody's.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling cancel(Session& db, const Asked& asked) {
  CO_TRY(const int64_t open,
         co_await db.number("select count(*) from bills where id = $1 and status = 'open'",
                            asked["bill"]));
  if (open == 0) co_return conflict("it is not open");
  CO_TRY_OK(co_await db.ask("update bills set status = 'cancelled' where id = $1", asked["bill"]));
  co_return fine();
}

}  // namespace

Handling webhook_against_cancel(Service& service, const Asked& asked) {
  return on_connection(service, asked, cancel);
}

}  // namespace peregrine::racing::defective
