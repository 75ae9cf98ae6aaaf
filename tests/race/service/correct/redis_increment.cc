// Counts in Redis by INCR.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {

Handling redis_increment(Service& service, const Asked&) {
  CO_TRY(const base::Value visitors, co_await service.redis.ask({"INCR", "visitors"}));
  co_return created(base::Map{{"visitors", visitors}});
}

}  // namespace peregrine::racing::correct
