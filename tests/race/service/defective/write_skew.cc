// Each doctor may leave while another stays: under REPEATABLE READ both see the other stay.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling leave(Session& db, const Asked& asked) {
  CO_TRY(const int64_t there, co_await db.number("select count(*) from doctors where on_call"));
  if (there < 2) co_return conflict("nobody would be left");
  CO_TRY_OK(co_await db.ask("update doctors set on_call = false where id = $1", asked["doctor"]));
  co_return fine();
}

}  // namespace

Handling write_skew(Service& service, const Asked& asked) {
  return in_transaction(service, asked, leave, "begin isolation level repeatable read");
}

}  // namespace peregrine::racing::defective
