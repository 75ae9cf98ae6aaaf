// Takes one; that the stock is not below zero is a constraint of the table.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling buy(Session& db, const Asked& asked) {
  const auto bought = co_await db.ask(
      "update checked_stock set left_over = left_over - 1"
      " where item = $1",
      asked["item"]);
  if (!bought && db.refused_as(kCheckViolation)) co_return conflict("sold out");
  CO_TRY_OK(bought);
  co_return created();
}

}  // namespace

Handling check_constraint(Service& service, const Asked& asked) {
  return on_connection(service, asked, buy);
}

}  // namespace peregrine::racing::correct
