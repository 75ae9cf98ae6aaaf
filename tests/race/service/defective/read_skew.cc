// A report adds two balances that it reads in two statements, each with a snapshot of its own; a
// transfer moves money from one to the other between them.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling report(Session& db, const Asked&) {
  CO_TRY(const int64_t first, co_await db.number("select balance from accounts where id = 1"));
  CO_TRY(const int64_t second, co_await db.number("select balance from accounts where id = 2"));
  CO_TRY_OK(co_await db.ask("insert into reports (total) values ($1)", first + second));
  co_return created(base::Map{{"total", first + second}});
}

Handling transfer(Session& db, const Asked& asked) {
  CO_TRY_OK(
      co_await db.ask("update accounts set balance = balance - $1 where id = 1", asked["amount"]));
  CO_TRY_OK(
      co_await db.ask("update accounts set balance = balance + $1 where id = 2", asked["amount"]));
  co_return created();
}

}  // namespace

Handling read_skew_report(Service& service, const Asked& asked) {
  return in_transaction(service, asked, report);
}

Handling read_skew_transfer(Service& service, const Asked& asked) {
  return in_transaction(service, asked, transfer);
}

}  // namespace peregrine::racing::defective
