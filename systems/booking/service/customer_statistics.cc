#include "booking/service/customer_statistics.h"

namespace peregrine::booking {

io::Task<base::Result<>> count_appointment(net::PostgresConnection& db, const WaitingCall& call,
                                           io::Deadline deadline) {
  std::vector<net::Cell> values{call.customer};
  CO_TRY_OK(
      co_await db.query("update customers set appointment_count = appointment_count + 1"
                        " where id = $1",
                        std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
