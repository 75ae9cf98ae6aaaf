// Charges a month that was not renewed yet, then writes it down. The second writes nothing, for a
// unique key keeps it from that, and has charged all the same.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling renew(Session& db, const Asked& asked) {
  CO_TRY(const int64_t renewed,
         co_await db.number("select count(*) from renewals where month = $1", asked["month"]));
  if (renewed > 0) co_return fine();
  CO_TRY_OK(co_await db.service().acme.post("/charges", base::Map{{"bill", 1}, {"cents", 900}}));
  CO_TRY_OK(
      co_await db.ask("insert into renewals values ($1) on conflict do nothing", asked["month"]));
  co_return created();
}

}  // namespace

Handling renewal_twice(Service& service, const Asked& asked) {
  return on_connection(service, asked, renew);
}

}  // namespace peregrine::racing::defective
