// Defect: the caller is stored before the wish is looked at, so that one who wants what cannot be
// met stays behind as a customer.
#include "booking/service/calls.h"
#include "booking/service/customers.h"
#include "booking/service/intake.h"

namespace peregrine::booking {

io::Task<base::Result<Intake>> take_call(net::PostgresPool& pool, const base::Value& body,
                                         io::Deadline deadline) {
  const base::Result<ReportedCall> reported = read_call(body);
  if (!reported) co_return Intake{Taken::invalid, reported.error().text};
  const base::Result<Wish> wish = read_wish(body);
  if (!wish) co_return Intake{Taken::invalid, wish.error().text};

  CO_TRY(net::PostgresPool::Lease db, co_await pool.acquire(deadline));
  CO_TRY(const Id customer, co_await find_or_create_customer(*db, "1", *reported, *wish, deadline));
  CO_TRY(const std::optional<Offer> offer, co_await find_offer(*db, *wish, deadline));
  if (!offer)
    co_return Intake{Taken::invalid,
                     "no such service, member of staff or branch: " + wish->service};

  CO_TRY_OK(co_await db->begin(deadline));
  CO_TRY(const std::optional<Id> call,
         co_await store_call(*db, *reported, *offer, *wish, customer, deadline));
  if (!call) {
    CO_TRY_OK(co_await db->rollback(deadline));
    co_return Intake{Taken::repeated};
  }
  CO_TRY_OK(co_await db->commit(deadline));
  co_return Intake{Taken::stored, "", *call};
}

}  // namespace peregrine::booking
