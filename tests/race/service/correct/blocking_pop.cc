// Waits in Redis for a job (BLPOP): who waits there has to let the others go on.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {

Handling blocking_pop_give(Service& service, const Asked&) {
  CO_TRY_OK(co_await service.redis.ask({"RPUSH", "jobs", "paint"}));
  co_return created();
}

Handling blocking_pop_take(Service& service, const Asked&) {
  CO_TRY(const base::Value job, co_await service.redis.ask({"BLPOP", "jobs", "2"}));
  if (job.is_null()) co_return conflict("nobody has given a job");
  co_return created();
}

}  // namespace peregrine::racing::correct
