// Counts in Redis by a transaction that is refused when the key has changed; then it begins again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {

Handling redis_watch(Service& service, const Asked&) {
  CO_TRY(RedisPool::Lease redis, co_await service.redis.acquire());
  for (int i = 0; i < kMostAttempts; ++i) {
    CO_TRY_OK(co_await redis.ask({"WATCH", "visitors"}));
    CO_TRY(const base::Value kept, co_await redis.ask({"GET", "visitors"}));
    CO_TRY_OK(co_await redis.ask({"MULTI"}));
    CO_TRY_OK(co_await redis.ask({"SET", "visitors", std::to_string(number_of(kept) + 1)}));
    CO_TRY(const base::Value done, co_await redis.ask({"EXEC"}));
    if (!done.is_null()) co_return created();
  }
  co_return conflict("too many at once");
}

}  // namespace peregrine::racing::correct
