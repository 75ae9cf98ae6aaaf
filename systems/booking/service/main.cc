// booking --host HOST --port PORT: takes Retell's reports of calls and books appointments.
#include "booking/service/customer_file.h"
#include "booking/service/health.h"
#include "booking/service/log.h"
#include "booking/service/retell_webhook.h"
#include "booking/service/settings.h"
#include "booking/service/stop_signal.h"
#include "net/http_server.h"

namespace peregrine::booking {
namespace {

using namespace std::chrono_literals;
using base::Map;

constexpr size_t kDatabaseConnections = 16;

net::Router routes(App& app) {
  net::Router router;
  router.add("GET", "/health", [&app](const net::HttpRequest&) { return health(app); });
  router.add("POST", "/webhooks/retell", [&app](const net::HttpRequest& request) {
    return retell_webhook(app, request.message);
  });
  router.add("GET", "/api/customers/{id}", [&app](const net::HttpRequest& request) {
    return customer_file(app, request.parameter("id"));
  });
  return router;
}

io::Task<base::Result<>> serve(io::Loop& loop, Settings settings) {
  CO_TRY(StopSignal stop, StopSignal::create(loop));
  net::PostgresPool pool(loop, settings.database_url, kDatabaseConnections);
  App app{loop, pool, settings.retell_secret};
  CO_TRY(io::Listener listener, io::Listener::open(loop, settings.listen));
  net::HttpServer server(loop, std::move(listener), routes(app));
  log(Level::info, "listening", Map{{"address", server.address().to_string()}});
  CO_TRY_OK(co_await stop.wait());
  log(Level::info, "stopping");
  if (auto stopped = co_await server.stop(loop.in(800ms)); !stopped)
    log(Level::warning, "requests were cut short", Map{{"error", stopped.error().to_string()}});
  co_return base::Result<>{};
}

base::Result<> run(int argc, char** argv) {
  TRY(Settings settings, read_settings(argc, argv));
  TRY(const std::unique_ptr<io::Loop> loop, io::Loop::create());
  return loop->run(serve(*loop, std::move(settings)));
}

}  // namespace
}  // namespace peregrine::booking

int main(int argc, char** argv) {
  using namespace peregrine;
  const base::Result<> ended = booking::run(argc, argv);
  if (ended) return 0;
  booking::log(booking::Level::error, "cannot serve",
               base::Map{{"error", ended.error().to_string()}});
  return 1;
}
