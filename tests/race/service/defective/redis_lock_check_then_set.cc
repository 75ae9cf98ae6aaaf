// A lock in Redis that is looked at and then set: two may look before either has set it.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling redis_lock_check_then_set(Service& service, const Asked& asked) {
  const std::string key = "lock:account:" + asked.text("account");
  CO_TRY(const base::Value held, co_await service.redis.ask({"GET", key}));
  if (!held.is_null()) co_return conflict("somebody else is at it");
  CO_TRY_OK(co_await service.redis.ask({"SET", key, "1", "EX", "30"}));
  Answer answer = co_await on_connection(service, asked, deposit);
  CO_TRY_OK(co_await service.redis.ask({"DEL", key}));
  co_return answer;
}

}  // namespace peregrine::racing::defective
