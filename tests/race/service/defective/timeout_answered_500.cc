// Gives up after 100 ms what may take others 200 ms: the statement is cancelled, the connection is
// closed, and nobody has an answer for that.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

using namespace std::chrono_literals;

Handling deposit(Session& db, const Asked& asked) {
  db.give_up_after(100ms);
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1 for update",
                            asked["account"]));
  db.give_up_after(5s);
  CO_TRY_OK(co_await db.ask("select pg_sleep(0.2)"));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling timeout_answered_500(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::defective
