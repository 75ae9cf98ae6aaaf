// Takes one in the same statement that looks whether one is left.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling buy(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows rows, co_await db.ask("update stock set left_over = left_over - 1"
                                               " where item = $1 and left_over > 0",
                                               asked["item"]));
  co_return rows.affected == 0 ? conflict("sold out") : created();
}

}  // namespace

Handling atomic_update(Service& service, const Asked& asked) {
  return on_connection(service, asked, buy);
}

}  // namespace peregrine::racing::correct
