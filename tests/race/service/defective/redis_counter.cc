// Counts in Redis by reading and writing one more.
#include "race/service/defective/handlers.h"
#include "race/service/service.h"

namespace peregrine::racing::defective {

Handling redis_counter(Service& service, const Asked&) {
  CO_TRY(const base::Value kept, co_await service.redis.ask({"GET", "visitors"}));
  const int64_t visitors = number_of(kept) + 1;
  CO_TRY_OK(co_await service.redis.ask({"SET", "visitors", std::to_string(visitors)}));
  co_return created(base::Map{{"visitors", visitors}});
}

}  // namespace peregrine::racing::defective
