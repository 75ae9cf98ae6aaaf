// booking --host HOST --port PORT: takes Retell's reports of calls and books appointments.
#include "booking/service/availability_page.h"
#include "booking/service/calcom.h"
#include "booking/service/counters.h"
#include "booking/service/customer_file.h"
#include "booking/service/group_booking.h"
#include "booking/service/health.h"
#include "booking/service/log.h"
#include "booking/service/mailer.h"
#include "booking/service/retell_webhook.h"
#include "booking/service/settings.h"
#include "booking/service/slot_cache.h"
#include "booking/service/stop_signal.h"
#include "net/http_server.h"

namespace peregrine::booking {
namespace {

using namespace std::chrono_literals;
using base::Map;

constexpr size_t kDatabaseConnections = 16;

io::Task<wire::Response> metrics(App& app) { co_return app.counters.page(); }

net::Router routes(App& app, Desk& desk) {
  net::Router router;
  router.add("GET", "/health", [&app](const net::HttpRequest&) { return health(app); });
  router.add("POST", "/webhooks/retell", [&app, &desk](const net::HttpRequest& request) {
    return retell_webhook(app, desk, request.message);
  });
  router.add("GET", "/api/customers/{id}", [&app](const net::HttpRequest& request) {
    return customer_file(app, request.parameter("id"));
  });
  router.add("POST", "/api/group-bookings", [&app](const net::HttpRequest& request) {
    return group_booking(app, request.message);
  });
  router.add("GET", "/api/availability", [&app](const net::HttpRequest& request) {
    return availability_page(app, request.query);
  });
  router.add("GET", "/metrics", [&app](const net::HttpRequest&) { return metrics(app); });
  return router;
}

// The parts that the service may do without. They end before what they use.
struct Parts {
  std::unique_ptr<Calcom> calcom;
  std::optional<SlotCache> cache;
  std::optional<Mailer> mailer;
};

base::Result<> begin(Parts& parts, App& app, const Settings& settings) {
  if (settings.calcom) {
    TRY(parts.calcom, Calcom::create(app.loop, app.counters, *settings.calcom));
    app.calcom = parts.calcom.get();
  }
  if (settings.redis_url) {
    TRY(net::RedisTarget at, net::parse_redis_url(*settings.redis_url));
    app.cache = &parts.cache.emplace(app.loop, app.counters, std::move(at), settings.redis_timeout);
  }
  if (settings.smtp_url) {
    TRY(SmtpServer server, parse_smtp_url(*settings.smtp_url));
    app.mailer = &parts.mailer.emplace(app, std::move(server));
  }
  log(Level::info, "parts",
      Map{{"calcom", app.calcom ? "on" : "off: CALCOM_URL is not set"},
          {"cache", app.cache ? "on" : "off: REDIS_URL is not set"},
          {"mail", app.mailer ? "on" : "off: SMTP_URL is not set"}});
  return {};
}

io::Task<base::Result<>> serve(io::Loop& loop, Settings settings) {
  CO_TRY(StopSignal stop, StopSignal::create(loop));
  net::PostgresPool pool(loop, settings.database_url, kDatabaseConnections);
  Counters counters;
  App app{loop, pool, counters, settings.retell_secret, settings.database_timeout};
  Parts parts;
  CO_TRY_OK(begin(parts, app, settings));
  Desk desk(app);
  CO_TRY(io::Listener listener, io::Listener::open(loop, settings.listen));
  net::HttpServer server(loop, std::move(listener), routes(app, desk));
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
