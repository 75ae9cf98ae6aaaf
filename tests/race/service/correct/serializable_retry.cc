// Doctors leave under SERIALIZABLE; who was refused for the sake of another tries again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling leave(Session& db, const Asked& asked) {
  CO_TRY(const int64_t there, co_await db.number("select count(*) from doctors where on_call"));
  if (there < 2) co_return conflict("nobody would be left");
  CO_TRY_OK(co_await db.ask("update doctors set on_call = false where id = $1", asked["doctor"]));
  co_return fine();
}

}  // namespace

Handling serializable_retry(Service& service, const Asked& asked) {
  return with_retries(service, asked, leave, "begin isolation level serializable");
}

}  // namespace peregrine::racing::correct
