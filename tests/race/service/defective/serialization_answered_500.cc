// SERIALIZABLE keeps the balance right by refusing one of two; nobody tries again.
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

Handling serialization_answered_500(Service& service, const Asked& asked) {
  return in_transaction(service, asked, deposit, "begin isolation level serializable");
}

}  // namespace peregrine::racing::defective
