// Gives up after 100 ms what may take others 200 ms, and says so: nothing of it has happened.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

using namespace std::chrono_literals;

Handling deposit(Session& db, const Asked& asked) {
  db.give_up_after(100ms);
  const auto balance =
      co_await db.number("select balance from accounts where id = $1 for update", asked["account"]);
  if (!balance && balance.error().code == base::Code::timeout) {
    co_return conflict("somebody else is at it");
  }
  CO_TRY_OK(balance);
  db.give_up_after(5s);
  CO_TRY_OK(co_await db.ask("select pg_sleep(0.2)"));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            *balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling timeout(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
