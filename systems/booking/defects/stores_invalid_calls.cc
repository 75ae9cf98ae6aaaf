// Defect: the call is stored before the rest of the report is looked at, so that one with a wish
// that cannot be read or met stays behind.
#include "booking/service/appointments.h"
#include "booking/service/call_report.h"
#include "booking/service/customers.h"
#include "booking/service/intake.h"

namespace peregrine::booking {

io::Task<base::Result<Intake>> take_call(net::PostgresPool& pool, const base::Value& body,
                                         io::Deadline deadline) {
  const base::Result<ReportedCall> reported = read_call(body);
  if (!reported) co_return Intake{Outcome::invalid, reported.error().text};

  CO_TRY(net::PostgresPool::Lease db, co_await pool.acquire(deadline));
  CO_TRY(const std::optional<Id> call, co_await store_call(*db, *reported, deadline));
  if (!call) co_return Intake{Outcome::repeated};

  const base::Result<Wish> wish = read_wish(body);
  if (!wish) co_return Intake{Outcome::invalid, wish.error().text};
  CO_TRY(const std::optional<Offer> offer, co_await find_offer(*db, *wish, deadline));
  if (!offer)
    co_return Intake{Outcome::invalid,
                     "no such service, member of staff or branch: " + wish->service};

  CO_TRY_OK(co_await db->begin(deadline));
  CO_TRY(const Id customer,
         co_await find_or_create_customer(*db, offer->company, *reported, *wish, deadline));
  CO_TRY(const bool booked, co_await book(*db, *call, customer, *offer, *wish, deadline));
  CO_TRY_OK(co_await db->commit(deadline));
  co_return Intake{booked ? Outcome::scheduled : Outcome::conflict};
}

}  // namespace peregrine::booking
