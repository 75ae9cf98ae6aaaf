// A tick of the worker that sends what is owed, with the rows locked while it sends; another tick
// leaves them out.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling tick(Session& db, const Asked&) {
  CO_TRY(const net::Rows owed, co_await db.ask("select id, recipient from outbox where not sent"
                                               " order by id limit 10 for update skip locked"));
  for (const auto& row : owed.cells) {
    CO_TRY_OK(co_await db.service().acme.post("/messages", base::Map{{"to", row[1].value()}}));
    CO_TRY_OK(co_await db.ask("update outbox set sent = true where id = $1", row[0]));
  }
  co_return fine();
}

}  // namespace

Handling outbox_once(Service& service, const Asked& asked) {
  return in_transaction(service, asked, tick);
}

}  // namespace peregrine::racing::correct
