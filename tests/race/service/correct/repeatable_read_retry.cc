// Reads and writes one row under REPEATABLE READ, which refuses the second writer; he tries again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling repeatable_read_retry(Service& service, const Asked& asked) {
  return with_retries(service, asked, deposit, "begin isolation level repeatable read");
}

}  // namespace peregrine::racing::correct
