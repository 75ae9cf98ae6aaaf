#include "booking/service/activity.h"

namespace peregrine::booking {

io::Task<base::Result<>> log_activity(net::PostgresConnection& db, std::string_view event,
                                      const WaitingCall& call, std::optional<Id> appointment,
                                      io::Deadline deadline) {
  std::vector<net::Cell> values{std::string(event), call.id, call.customer, std::move(appointment)};
  CO_TRY_OK(
      co_await db.query("insert into activity_log (event, call_id, customer_id, appointment_id)"
                        " values ($1, $2, $3, $4)",
                        std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
