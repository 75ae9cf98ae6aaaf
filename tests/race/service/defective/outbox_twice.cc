// A tick of the worker that sends what is owed: reads, sends, marks as sent. Two ticks at once read
// the same rows.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling tick(Session& db, const Asked&) {
  CO_TRY(const net::Rows owed,
         co_await db.ask("select id, recipient from outbox where not sent order by id limit 10"));
  for (const auto& row : owed.cells) {
    CO_TRY_OK(co_await db.service().acme.post("/messages", base::Map{{"to", row[1].value()}}));
    CO_TRY_OK(co_await db.ask("update outbox set sent = true where id = $1", row[0]));
  }
  co_return fine();
}

}  // namespace

Handling outbox_twice(Service& service, const Asked& asked) {
  return on_connection(service, asked, tick);
}

}  // namespace peregrine::racing::defective
