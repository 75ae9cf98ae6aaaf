#include "booking/service/health.h"

#include "booking/service/log.h"

namespace peregrine::booking {
namespace {

io::Task<base::Result<>> ask_database(App& app) {
  const io::Deadline deadline = app.loop.in(std::chrono::seconds(1));
  CO_TRY(net::PostgresPool::Lease db, co_await app.pool.acquire(deadline));
  CO_TRY_OK(co_await db->query("select 1", {}, deadline));
  co_return base::Result<>{};
}

}  // namespace

io::Task<wire::Response> health(App& app) {
  const base::Result<> asked = co_await ask_database(app);
  if (asked) co_return json_response(200, base::Map{{"status", "ok"}});
  log(Level::error, "the database does not answer",
      base::Map{{"error", asked.error().to_string()}});
  co_return json_response(503, base::Map{{"status", "the database does not answer"}});
}

}  // namespace peregrine::booking
