// A cache that reads through: the reader takes the old price from the database, the writer changes
// it and empties the cache, and then the reader fills the cache with what it has.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {

Handling stale_cache_read(Service& service, const Asked& asked) {
  const std::string key = "price:" + asked.text("item");
  CO_TRY(const base::Value kept, co_await service.redis.ask({"GET", key}));
  if (!kept.is_null()) co_return fine(base::Map{{"cents", number_of(kept)}});
  int64_t cents = 0;
  {
    CO_TRY(Session db, co_await Session::open(service));
    CO_TRY(cents, co_await db.number("select cents from prices where item = $1", asked["item"]));
  }
  CO_TRY_OK(co_await service.redis.ask({"SET", key, std::to_string(cents), "EX", "600"}));
  co_return fine(base::Map{{"cents", cents}});
}

Handling stale_cache_write(Service& service, const Asked& asked) {
  {
    CO_TRY(Session db, co_await Session::open(service));
    CO_TRY_OK(co_await db.ask("update prices set cents = $2 where item = $1", asked["item"],
                              asked["cents"]));
  }
  CO_TRY_OK(co_await service.redis.ask({"DEL", "price:" + asked.text("item")}));
  co_return fine();
}

}  // namespace peregrine::racing::defective
