// Writes a month down before it charges it: who could not has not to.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling renew(Session& db, const Asked& asked) {
  CO_TRY(
      const net::Rows rows,
      co_await db.ask("insert into renewals values ($1) on conflict do nothing", asked["month"]));
  if (rows.affected == 0) co_return fine();
  CO_TRY_OK(co_await db.service().acme.post("/charges", base::Map{{"bill", 1}, {"cents", 900}}));
  co_return created();
}

}  // namespace

Handling renewal_once(Service& service, const Asked& asked) {
  return on_connection(service, asked, renew);
}

}  // namespace peregrine::racing::correct
