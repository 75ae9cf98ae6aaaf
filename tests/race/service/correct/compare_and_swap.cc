// Writes the balance only if the version is still the one that was read; else it begins again.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling deposit(Session& db, const Asked& asked) {
  for (int i = 0; i < kMostAttempts; ++i) {
    CO_TRY(
        const net::Rows read,
        co_await db.ask("select balance, version from accounts where id = $1", asked["account"]));
    if (read.cells.empty()) co_return conflict("there is no such account");
    const int64_t balance = std::stoll(read.cells[0][0].value());
    CO_TRY(const net::Rows written,
           co_await db.ask("update accounts set balance = $3, version = version + 1"
                           " where id = $1 and version = $2",
                           asked["account"], read.cells[0][1], balance + asked.number("amount")));
    if (written.affected == 1) co_return created();
  }
  co_return conflict("too many at once");
}

}  // namespace

Handling compare_and_swap(Service& service, const Asked& asked) {
  return on_connection(service, asked, deposit);
}

}  // namespace peregrine::racing::correct
