// An order with a key of the client's: the key is unique and written in the same transaction, so
// who comes second waits, and is told what the first was told.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling order(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows claimed,
         co_await db.ask("insert into idempotency_keys (key) values ($1) on conflict do nothing",
                         asked["key"]));
  if (claimed.affected == 0) {
    CO_TRY(
        const int64_t before,
        co_await db.number("select order_id from idempotency_keys where key = $1", asked["key"]));
    co_return created(base::Map{{"id", before}});
  }
  CO_TRY(const int64_t id,
         co_await db.number("insert into orders (guest) values ($1) returning id", asked["guest"]));
  CO_TRY_OK(co_await db.ask("update idempotency_keys set order_id = $2 where key = $1",
                            asked["key"], id));
  co_return created(base::Map{{"id", id}});
}

}  // namespace

Handling idempotency_key(Service& service, const Asked& asked) {
  return in_transaction(service, asked, order);
}

}  // namespace peregrine::racing::correct
