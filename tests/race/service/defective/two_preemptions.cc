// Looks through three shelves in turn and orders anew when all are empty. Two chairs are carried
// past it: the blue one from shelf 2 to 1 after it has looked at 1, then the red one from 3 to 2
// after it has looked at 2. No single move makes it wrong, nor both between the same two looks.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling reorder(Session& db, const Asked&) {
  for (int64_t shelf = 1; shelf <= 3; ++shelf) {
    CO_TRY(const int64_t chairs,
           co_await db.number("select count(*) from chairs where shelf = $1", shelf));
    if (chairs > 0) co_return fine(base::Map{{"shelf", shelf}});
  }
  CO_TRY_OK(co_await db.ask("insert into reorders (what) values ('chair')"));
  co_return created();
}

Handling move(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("update chairs set shelf = $2 where colour = $1", asked["colour"],
                            asked["shelf"]));
  co_return fine();
}

}  // namespace

Handling two_preemptions_reorder(Service& service, const Asked& asked) {
  return on_connection(service, asked, reorder);
}

Handling two_preemptions_move(Service& service, const Asked& asked) {
  return on_connection(service, asked, move);
}

}  // namespace peregrine::racing::defective
