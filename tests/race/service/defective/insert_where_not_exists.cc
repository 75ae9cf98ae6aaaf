// One statement that looks and books. It is not atomic against another that has not committed.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows,
         co_await db.ask("insert into bookings (slot, guest) select $1, $2"
                         " where not exists (select from bookings where slot = $1)",
                         asked["slot"], asked["guest"]));
  co_return rows.affected == 0 ? conflict("the slot is taken") : created();
}

}  // namespace

Handling insert_where_not_exists(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::defective
