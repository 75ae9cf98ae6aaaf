// Rows whose keys and times are other ones whenever they are written.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling visit(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows,
         co_await db.ask("insert into sightings (guest) values ($1) returning id, at",
                         asked["guest"]));
  co_return created(base::Map{{"id", rows.cells[0][0].value()}, {"at", rows.cells[0][1].value()}});
}

}  // namespace

Handling uuid_and_timestamps(Service& service, const Asked& asked) {
  return on_connection(service, asked, visit);
}

}  // namespace peregrine::racing::correct
