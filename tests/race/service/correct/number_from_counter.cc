// The next number of an invoice comes from a row that counts, locked until the commit: no number
// twice, and none left out.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling write(Session& db, const Asked& asked) {
  CO_TRY(const int64_t number,
         co_await db.number("update counters set n = n + 1 where name = 'invoices' returning n"));
  CO_TRY_OK(co_await db.ask("insert into invoices (number, guest) values ($1, $2)", number,
                            asked["guest"]));
  co_return created(base::Map{{"number", number}});
}

}  // namespace

Handling number_from_counter(Service& service, const Asked& asked) {
  return in_transaction(service, asked, write);
}

}  // namespace peregrine::racing::correct
