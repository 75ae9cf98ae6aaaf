// Lets two through: looks how many there were, then counts. More than two may look before the
// second has been counted.
#include "race/service/defective/handlers.h"
#include "race/service/service.h"

namespace peregrine::racing::defective {

Handling redis_limit(Service& service, const Asked& asked) {
  const std::string key = "used:" + asked.text("key");
  CO_TRY(const base::Value kept, co_await service.redis.ask({"GET", key}));
  if (number_of(kept) >= 2) co_return conflict("too many");
  CO_TRY_OK(co_await service.redis.ask({"INCR", key}));
  co_return created();
}

}  // namespace peregrine::racing::defective
