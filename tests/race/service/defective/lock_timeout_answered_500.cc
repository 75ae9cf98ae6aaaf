// Waits 20 ms for a row that others hold for longer, and has no answer for PostgreSQL's refusal.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.script("set local lock_timeout = '20ms'"));
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1 for update",
                            asked["account"]));
  CO_TRY_OK(co_await db.service().loop.sleep(std::chrono::milliseconds(60)));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling lock_timeout_answered_500(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::defective
