// Looks whether the slot is taken; else it keeps for a minute what it knows, books, and forgets
// that again. Who comes second finds the slot taken early or late, and then has kept something:
// right either way, but no order in turn leaves it there.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const int64_t taken,
         co_await db.number("select count(*) from unique_bookings where slot = $1", asked["slot"]));
  if (taken > 0) co_return conflict("the slot is taken");
  const std::string key = "offered:" + asked.text("slot");
  CO_TRY_OK(co_await db.service().redis.ask({"SET", key, asked.text("slot"), "EX", "60"}));
  CO_TRY(const net::Rows rows,
         co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)"
                         " on conflict (slot) do nothing",
                         asked["slot"], asked["guest"]));
  if (rows.affected == 0) co_return conflict("the slot is taken");
  CO_TRY_OK(co_await db.service().redis.ask({"DEL", key}));
  co_return created();
}

}  // namespace

Handling cache_left_behind(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::correct
