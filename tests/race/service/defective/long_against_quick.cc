// The end of the month: some twenty statements about other things, then interest on a balance that
// is read and written in two. The quick one is a deposit, correct by itself.
#include <fmt/core.h>

#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

io::Task<base::Result<>> close_the_books(Session& db) {
  for (const char* currency : {"EUR", "USD", "GBP", "CHF", "PLN", "CZK"}) {
    CO_TRY(const int64_t cents,
           co_await db.number("select cents from rates where currency = $1", currency));
    CO_TRY_OK(co_await db.ask("insert into journal (line) values ($1)",
                              fmt::format("{} closed at {}", currency, cents)));
    CO_TRY_OK(co_await db.ask("select count(*) from journal"));
  }
  co_return base::Result<>{};
}

Handling close(Session& db, const Asked& asked) {
  CO_TRY_OK(co_await close_the_books(db));
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("insert into journal (line) values ('interest')"));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + balance / 10));
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

}  // namespace peregrine::racing::defective
