#include "booking/service/measurement.h"

#include <fmt/format.h>

namespace peregrine::booking {

io::Task<base::Result<>> measure(net::PostgresConnection& db, std::string_view name,
                                 const WaitingCall& call, base::Duration took,
                                 io::Deadline deadline) {
  std::vector<net::Cell> values{std::string(name),
                                fmt::format("{:.3f}", base::to_seconds(took) * 1000), call.id};
  CO_TRY_OK(co_await db.query("insert into metrics (name, value, call_id) values ($1, $2, $3)",
                              std::move(values), deadline));
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
