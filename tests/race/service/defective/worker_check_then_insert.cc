// A request is answered when it has been written down; what it wants is done afterwards. Two
// workers look whether the slot is free before either has booked.
#include <fmt/core.h>

#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const int64_t taken,
         co_await db.number("select count(*) from bookings where slot = $1", asked["slot"]));
  if (taken == 0) {
    CO_TRY_OK(co_await db.ask("insert into bookings (slot, guest) values ($1, $2)", asked["slot"],
                              asked["guest"]));
  }
  CO_TRY_OK(co_await db.ask("update requests set status = $2 where id = $1", asked["id"],
                            taken == 0 ? "booked" : "conflict"));
  co_return fine();
}

io::Task<void> deal_with(Service& service, Asked asked) {
  const Answer answer = co_await on_connection(service, asked, book);
  if (!answer) fmt::print(stderr, "the worker: {}\n", answer.error().to_string());
}

Handling take(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("insert into requests (id, guest) values ($1, $2)", asked["id"],
                            asked["guest"]));
  co_return accepted();
}

}  // namespace

Handling worker_check_then_insert(Service& service, const Asked& asked) {
  CO_TRY(wire::Response taken, co_await on_connection(service, asked, take));
  service.later.spawn(deal_with(service, asked));
  co_return taken;
}

}  // namespace peregrine::racing::defective
