// A token is good for one login and deleted with it; that nothing was deleted is not looked at.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling log_in(Session& db, const Asked& asked) {
  CO_TRY(const int64_t account,
         co_await db.number("select account from tokens where token = $1", asked["token"]));
  if (account == 0) co_return conflict("the token is used");
  CO_TRY_OK(co_await db.ask("delete from tokens where token = $1", asked["token"]));
  CO_TRY_OK(co_await db.ask("insert into logins (account) values ($1)", account));
  co_return created();
}

}  // namespace

Handling token_twice(Service& service, const Asked& asked) {
  return in_transaction(service, asked, log_in);
}

}  // namespace peregrine::racing::defective
