// Reads the balance, adds here, writes the sum: what another wrote between is lost. The transaction
// around it does not help.
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

Handling lost_update(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::defective
