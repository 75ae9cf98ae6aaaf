// Lines are added to a basket that is taken away through a view; the foreign key lets only one
// of the two happen.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling add(Session& db, const Asked& asked) {
  const auto added = co_await db.ask("insert into basket_lines (basket, item) values ($1, $2)",
                                     asked["basket"], asked["item"]);
  if (!added && db.refused_as(kForeignKeyViolation)) co_return conflict("there is no such basket");
  CO_TRY_OK(added);
  co_return created();
}

Handling remove(Session& db, const Asked& asked) {
  const auto removed = co_await db.ask("delete from empty_baskets where id = $1", asked["basket"]);
  if (!removed && db.refused_as(kForeignKeyViolation)) co_return conflict("it is not empty");
  CO_TRY_OK(removed);
  co_return removed->affected == 0 ? conflict("it is not empty") : fine();
}

}  // namespace

Handling view_and_foreign_key_add(Service& service, const Asked& asked) {
  return on_connection(service, asked, add);
}

Handling view_and_foreign_key_remove(Service& service, const Asked& asked) {
  return in_transaction(service, asked, remove);
}

}  // namespace peregrine::racing::correct
