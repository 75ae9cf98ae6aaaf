// A cache that reads through: who misses leaves a token, and fills the cache only if it is still
// his. The writer takes the token away with the old price.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

constexpr const char* kFill =
    "if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end"
    " redis.call('DEL', KEYS[2]) redis.call('SET', KEYS[1], ARGV[2], 'EX', 600) return 1";

std::string new_token() {
  static int64_t last = 0;
  return "reader " + std::to_string(++last);
}

}  // namespace

Handling cache_lease_read(Service& service, const Asked& asked) {
  const std::string price = "price:" + asked.text("item");
  const std::string lease = "lease:" + asked.text("item");
  CO_TRY(const base::Value kept, co_await service.redis.ask({"GET", price}));
  if (!kept.is_null()) co_return fine(base::Map{{"cents", number_of(kept)}});
  const std::string token = new_token();
  CO_TRY_OK(co_await service.redis.ask({"SET", lease, token, "EX", "60"}));
  int64_t cents = 0;
  {
    CO_TRY(Session db, co_await Session::open(service));
    CO_TRY(cents, co_await db.number("select cents from prices where item = $1", asked["item"]));
  }
  CO_TRY_OK(
      co_await service.redis.ask({"EVAL", kFill, "2", price, lease, token, std::to_string(cents)}));
  co_return fine(base::Map{{"cents", cents}});
}

Handling cache_lease_write(Service& service, const Asked& asked) {
  {
    CO_TRY(Session db, co_await Session::open(service));
    CO_TRY_OK(co_await db.ask("update prices set cents = $2 where item = $1", asked["item"],
                              asked["cents"]));
  }
  const std::string item = asked.text("item");
  CO_TRY_OK(co_await service.redis.ask({"DEL", "price:" + item, "lease:" + item}));
  co_return fine();
}

}  // namespace peregrine::racing::correct
