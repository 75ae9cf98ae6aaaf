// Each statement may take 100 ms: less than what others do while it is held, which does not count.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.script("set local statement_timeout = '100ms'"));
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1 for update",
                            asked["account"]));
  for (int i = 0; i < 2; ++i) CO_TRY_OK(co_await db.ask("select pg_sleep(0.07)"));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling statement_timeout(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
