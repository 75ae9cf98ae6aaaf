// Sends a receipt that was not sent yet, then marks it as sent: two may look before either has
// marked it. What the database holds is the same as if it had been sent once.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling send(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows owed,
         co_await db.ask("select recipient from outbox where id = $1 and not sent", asked["id"]));
  if (owed.cells.empty()) co_return fine();
  CO_TRY_OK(co_await db.service().send_mail(owed.cells[0][0].value(), "Your receipt"));
  CO_TRY_OK(co_await db.ask("update outbox set sent = true where id = $1", asked["id"]));
  co_return created();
}

}  // namespace

Handling mail_twice(Service& service, const Asked& asked) {
  return on_connection(service, asked, send);
}

}  // namespace peregrine::racing::defective
