// The third party is told which charge is meant: asked twice, it charges once.
#include "race/service/correct/handlers.h"
#include "race/service/session.h"

namespace peregrine::racing::correct {
namespace {

Handling pay(Session& db, const Asked& asked) {
  CO_TRY(const int64_t open, co_await db.number("select cents from bills where id = $1"
                                                " and charge is null",
                                                asked["bill"]));
  if (open == 0) co_return fine();
  CO_TRY(const base::Value charge,
         co_await db.service().acme.post("/charges",
                                         base::Map{{"bill", asked.number("bill")}, {"cents", open}},
                                         "bill-" + asked.text("bill")));
  CO_TRY_OK(co_await db.ask("update bills set charge = $2, status = 'paid' where id = $1",
                            asked["bill"], charge.find("id")->as_text()));
  co_return created();
}

}  // namespace

Handling charge_once(Service& service, const Asked& asked) {
  return on_connection(service, asked, pay);
}

}  // namespace peregrine::racing::correct
