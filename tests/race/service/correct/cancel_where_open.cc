// Cancels a bill in the statement that looks whether it is open, so acme's webhook comes before or
// after.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling cancel(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows,
         co_await db.ask("update bills set status = 'cancelled' where id = $1 and status = 'open'",
                         asked["bill"]));
  co_return rows.affected == 0 ? conflict("it is not open") : fine();
}

}  // namespace

Handling cancel_where_open(Service& service, const Asked& asked) {
  return on_connection(service, asked, cancel);
}

}  // namespace peregrine::racing::correct
