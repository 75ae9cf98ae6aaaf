// Takes a second connection while it holds one: as many at once as the pool has connections wait
// for each other until they give up. Only a small pool shows it (POOL_SIZE).
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling order(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("insert into orders (guest) values ($1)", asked["guest"]));
  CO_TRY(Session second, co_await Session::open(db.service()));
  CO_TRY_OK(co_await second.ask("insert into audit (line) values ($1)", asked["guest"]));
  co_return created();
}

}  // namespace

Handling nested_connection(Service& service, const Asked& asked) {
  return in_transaction(service, asked, order);
}

}  // namespace peregrine::racing::defective
