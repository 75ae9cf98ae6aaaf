// The end of the month, right: many statements about other things, then interest in one statement.
// The quick one is a deposit.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling close(Session& db, const Asked& asked) {
  for (const char* currency : {"EUR", "USD", "GBP", "CHF", "PLN", "CZK"}) {
    CO_TRY_OK(co_await db.ask("select cents from rates where currency = $1", currency));
    CO_TRY_OK(co_await db.ask("insert into journal (line) values ($1)", currency));
    CO_TRY_OK(co_await db.ask("select count(*) from journal"));
  }
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + balance / 10 where id = $1",
                            asked["account"]));
  co_return created();
}

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await db.ask("update accounts set balance = balance + $2 where id = $1",
                            asked["account"], asked["amount"]));
  co_return created();
}

}  // namespace

Handling long_against_quick_close(Service& service, const Asked& asked) {
  return in_transaction(service, asked, close);
}

Handling long_against_quick_deposit(Service& service, const Asked& asked) {
  return on_connection(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
