// acme's webhook: a charge was paid. It is taken whatever has become of the bill meanwhile: money
// for one that is not open any more is to be given back.
#include "race/service/routes.h"
#include "race/service/session.h"

namespace peregrine::racing {
namespace {

Handling take(Session& db, const Asked& asked) {
  CO_TRY(const net::Rows paid, co_await db.ask("update bills set status = 'paid', charge = $2"
                                               " where id = $1 and status = 'open'",
                                               asked["bill"], asked["charge"]));
  if (paid.affected == 0) {
    CO_TRY_OK(
        co_await db.ask("update bills set status = 'to be refunded', charge = $2"
                        " where id = $1",
                        asked["bill"], asked["charge"]));
  }
  co_return fine();
}

}  // namespace

Handling acme_webhook(Service& service, const Asked& asked) {
  return in_transaction(service, asked, take);
}

}  // namespace peregrine::racing
