// A line is added to an order, and the order counts its lines: the foreign key locks what no
// statement names.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling add(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("insert into basket_lines (basket, item) values ($1, $2)",
                            asked["basket"], asked["item"]));
  CO_TRY_OK(co_await db.ask("update baskets set lines = lines + 1 where id = $1", asked["basket"]));
  co_return created();
}

}  // namespace

Handling foreign_key_insert(Service& service, const Asked& asked) {
  return in_transaction(service, asked, add);
}

}  // namespace peregrine::racing::correct
