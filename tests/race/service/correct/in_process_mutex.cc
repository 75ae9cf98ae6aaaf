// Requests take turns inside the process; what passes its boundaries shows no lock.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  CO_TRY(const int64_t balance,
         co_await db.number("select balance from accounts where id = $1", asked["account"]));
  CO_TRY_OK(co_await db.ask("update accounts set balance = $2 where id = $1", asked["account"],
                            balance + asked.number("amount")));
  co_return created();
}

}  // namespace

Handling in_process_mutex(Service& service, const Asked& asked) {
  CO_TRY(const io::Mutex::Turn turn, co_await service.one_at_a_time.lock(service.deadline()));
  co_return co_await on_connection(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
