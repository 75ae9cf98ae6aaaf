// A webhook that is delivered twice is taken once, if the first has been written down when the
// second comes. Nothing keeps both from looking first.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling take(Session& db, const Asked& asked) {
  CO_TRY(const int64_t seen,
         co_await db.number("select count(*) from events where event = $1", asked["event"]));
  if (seen > 0) co_return fine();
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1",
                            asked["account"], asked["amount"]));
  CO_TRY_OK(co_await db.ask("insert into events (event) values ($1)", asked["event"]));
  co_return fine();
}

}  // namespace

Handling webhook_twice(Service& service, const Asked& asked) {
  return in_transaction(service, asked, take);
}

}  // namespace peregrine::racing::defective
