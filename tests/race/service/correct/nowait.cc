// Locks the row or gives up at once: who meets another is told to come again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  const auto balance = co_await db.number(
      "select balance from accounts where id = $1 for update nowait", asked["account"]);
  if (!balance && db.refused_as(kLockNotAvailable)) co_return conflict("somebody else is at it");
  CO_TRY_OK(balance);
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            *balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling nowait(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
