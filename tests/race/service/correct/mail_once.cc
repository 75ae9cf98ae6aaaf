// Marks a receipt as sent in the statement that looks whether it was: who has marked it sends it.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling send(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows owed, co_await db.ask("update outbox set sent = true where id = $1"
                                               " and not sent returning recipient",
                                               asked["id"]));
  if (owed.cells.empty()) co_return fine();
  CO_TRY_OK(co_await db.service().send_mail(owed.cells[0][0].value(), "Your receipt"));
  co_return created();
}

}  // namespace

Handling mail_once(Service& service, const Asked& asked) {
  return on_connection(service, asked, send);
}

}  // namespace peregrine::racing::correct
