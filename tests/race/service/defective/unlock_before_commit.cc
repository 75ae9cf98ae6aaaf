// The lock is the session's and is given back inside the transaction: the next one who has it reads
// what was before the commit.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("select pg_advisory_lock($1)", asked["account"]));
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("insert into deposits (account, amount, balance) values ($1, $2, $3)",
                            asked["account"], asked["amount"], balance + asked.number("amount")));
  CO_TRY_OK(co_await db.ask("select pg_advisory_unlock($1)", asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling unlock_before_commit(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit);
}

}  // namespace peregrine::racing::defective
