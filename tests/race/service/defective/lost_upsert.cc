// Adds to a cart: the quantity is read, and the sum is written by an upsert, which is atomic in
// vain.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling add(Session& db, const Asked& asked) {
  CO_TRY(const int64_t quantity,
         co_await db.number("select quantity from carts where guest = $1 and item = $2",
                            asked["guest"], asked["item"]));
  CO_TRY_OK(
      co_await db.ask("insert into carts (guest, item, quantity) values ($1, $2, $3)"
                      " on conflict (guest, item) do update set quantity = $3",
                      asked["guest"], asked["item"], quantity + 1));
  co_return created();
}

}  // namespace

Handling lost_upsert(Service& service, const Asked& asked) {
  return on_connection(service, asked, add);
}

}  // namespace peregrine::racing::defective
