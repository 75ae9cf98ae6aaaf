// Waits 20 ms for a row that others hold for longer: who was refused it is told to come again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.script("set local lock_timeout = '20ms'"));
  const auto balance =
      co_await db.number("select balance from accounts where id = $1 for update", asked["account"]);
  if (!balance && db.refused_as(kLockNotAvailable)) co_return conflict("somebody else is at it");
  CO_TRY_OK(balance);
  CO_TRY_OK(co_await db.service().loop.sleep(std::chrono::milliseconds(60)));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            *balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling lock_timeout(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
