// Adds to a cart by an upsert that adds to what is there.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling add(Session& db, const Asked& asked) {
  CO_TRY_OK(
      co_await db.ask("insert into carts (guest, item, quantity) values ($1, $2, 1)"
                      " on conflict (guest, item) do update"
                      " set quantity = carts.quantity + 1",
                      asked["guest"], asked["item"]));
  co_return created();
}

}  // namespace

Handling upsert_adds(Service& service, const Asked& asked) {
  return on_connection(service, asked, add);
}

}  // namespace peregrine::racing::correct
