// The next number of an invoice is the largest and one: two may find the same.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling write(Session& db, const Asked& asked) {
  CO_TRY(const int64_t number,
         co_await db.number("select coalesce(max(number), 0) + 1 from invoices"));
  CO_TRY_OK(co_await db.ask("insert into invoices (number, guest) values ($1, $2)", number,
                            asked["guest"]));
  co_return created(base::Map{{"number", number}});
}

}  // namespace

Handling number_by_max(Service& service, const Asked& asked) {
  return in_transaction(service, asked, write);
}

}  // namespace peregrine::racing::defective
