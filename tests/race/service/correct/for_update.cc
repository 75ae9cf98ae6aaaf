// Reads the balance with the row locked.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1 for update",
                            asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling for_update(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
