// A queue: each takes the first job that nobody else is taking.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling take(Session& db, const Asked& asked) {
  CO_TRY(const int64_t job,
         co_await db.number("select id from jobs where worker is null order by id limit 1"
                            " for update skip locked"));
  if (job == 0) co_return conflict("there is nothing to do");
  CO_TRY_OK(co_await db.ask("update jobs set worker = $2 where id = $1", job, asked["worker"]));
  co_return fine(base::Map{{"job", job}});
}

}  // namespace

Handling skip_locked(Service& service, const Asked& asked) {
  return in_transaction(service, asked, take);
}

}  // namespace peregrine::racing::correct
