// A coupon is good for one: it is looked at, the redemption is written, then it is marked as used.
#include "race/service/defective/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::defective {
namespace {

Handling redeem(Session& db, const Asked& asked) {
  CO_TRY(const int64_t good,
         co_await db.number("select count(*) from coupons where code = $1 and used_by is null",
                            asked["code"]));
  if (good == 0) co_return conflict("it is used");
  CO_TRY_OK(co_await db.ask("insert into redemptions (code, guest) values ($1, $2)", asked["code"],
                            asked["guest"]));
  CO_TRY_OK(co_await db.ask("update coupons set used_by = $2 where code = $1", asked["code"],
                            asked["guest"]));
  co_return created();
}

}  // namespace

Handling coupon_twice(Service& service, const Asked& asked) {
  return in_transaction(service, asked, redeem);
}

}  // namespace peregrine::racing::defective
