// A request is answered when it has been written down; what it wants is done afterwards. A slot is
// unique.
#include <fmt/core.h>

#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows booked,
         co_await db.ask("insert into unique_bookings (slot, guest) values ($1, $2)"
                         " on conflict (slot) do nothing",
                         asked["slot"], asked["guest"]));
  CO_TRY_OK(co_await db.ask("update requests set status = $2 where id = $1", asked["id"],
                            booked.affected == 1 ? "booked" : "conflict"));
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

Handling worker_unique(Service& service, const Asked& asked) {
  CO_TRY(wire::Response taken, co_await on_connection(service, asked, take));
  service.later.spawn(deal_with(service, asked));
  co_return taken;
}

}  // namespace peregrine::racing::correct
