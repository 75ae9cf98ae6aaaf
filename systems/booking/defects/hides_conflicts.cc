// Defect: a call is completed once it has been dealt with, whether there is an appointment or
// not.
#include "booking/service/activity.h"
#include "booking/service/confirmation.h"
#include "booking/service/customer_statistics.h"
#include "booking/service/measurement.h"
#include "booking/service/record.h"

namespace peregrine::booking {
namespace {

io::Task<base::Result<>> record_appointment(net::PostgresConnection& db, const WaitingCall& call,
                                            const Scheduled& scheduled, io::Deadline deadline) {
  const Id& appointment = scheduled.hold.appointment;
  CO_TRY_OK(co_await schedule(db, scheduled.hold, scheduled.booking, deadline));
  CO_TRY_OK(co_await count_appointment(db, call, deadline));
  CO_TRY_OK(co_await log_activity(db, "appointment_scheduled", call, appointment, deadline));
  CO_TRY_OK(co_await owe_confirmation(db, appointment, deadline));
  co_return co_await finish_call(db, call, "completed", "", deadline);
}

}  // namespace

io::Task<base::Result<>> record(App& app, const WaitingCall& call, const Ending& ending,
                                base::Duration took) {
  const io::Deadline deadline = app.deadline();
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  CO_TRY_OK(co_await db->begin(deadline));
  if (const auto* scheduled = std::get_if<Scheduled>(&ending)) {
    CO_TRY_OK(co_await record_appointment(*db, call, *scheduled, deadline));
  } else {
    const auto& none = std::get<NotScheduled>(ending);
    CO_TRY_OK(co_await release_hold(*db, call, deadline));
    CO_TRY_OK(co_await log_activity(*db, none.status, call, std::nullopt, deadline));
    CO_TRY_OK(co_await finish_call(*db, call, "completed", none.reason, deadline));
  }
  CO_TRY_OK(co_await measure(*db, "booking_ms", call, took, deadline));
  co_return co_await db->commit(deadline);
}

}  // namespace peregrine::booking
