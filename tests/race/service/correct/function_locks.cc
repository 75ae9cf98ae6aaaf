// A function of the database locks, looks and books; its name says nothing of the tables.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling book(Session& db, const Asked& asked) {
  CO_TRY(const int64_t booked,
         co_await db.number("select book_slot($1, $2)", asked["slot"], asked["guest"]));
  co_return booked == 0 ? conflict("the slot is taken") : created();
}

}  // namespace

Handling function_locks(Service& service, const Asked& asked) {
  return on_connection(service, asked, book);
}

}  // namespace peregrine::racing::correct
