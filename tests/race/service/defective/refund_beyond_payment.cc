// The refunds of a payment are added up, and another is made if it still fits: two may add up
// before either has inserted.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling refund(Session& db, const Asked& asked) {
  CO_TRY(const int64_t left,
         co_await db.number("select cents - coalesce((select sum(cents) from refunds"
                            " where payment = payments.id), 0) from payments where id = $1",
                            asked["payment"]));
  if (asked.number("cents") > left) co_return conflict("more than was paid");
  CO_TRY_OK(co_await db.ask("insert into refunds (payment, cents) values ($1, $2)",
                            asked["payment"], asked["cents"]));
  co_return created();
}

}  // namespace

Handling refund_beyond_payment(Service& service, const Asked& asked) {
  return in_transaction(service, asked, refund);
}

}  // namespace peregrine::racing::defective
