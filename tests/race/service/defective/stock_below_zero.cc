// Looks whether there is one left, then takes one: the taking is atomic, the look is not part of
// it.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling buy(Session& db, const Asked& asked) {
  CO_TRY(const int64_t left,
         co_await db.number("select left_over from stock where item = $1", asked["item"]));
  if (left < 1) co_return conflict("sold out");
  CO_TRY_OK(
      co_await db.ask("update stock set left_over = left_over - 1 where item = $1", asked["item"]));
  co_return created();
}

}  // namespace

Handling stock_below_zero(Service& service, const Asked& asked) {
  return on_connection(service, asked, buy);
}

}  // namespace peregrine::racing::defective
