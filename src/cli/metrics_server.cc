#include "cli/metrics_server.h"

#include <fmt/core.h>

#include <utility>

#include "net/url.h"
#include "report/prometheus.h"

namespace peregrine::cli {

using namespace std::chrono_literals;

namespace {

constexpr net::HttpServerLimits kLimits{
    .connections = 16, .idle = 60s, .request = 5s, .handler = 5s, .answer = 10s};

io::Task<wire::Response> answer(report::LiveMetrics& metrics) {
  wire::Response response;
  response.headers.add("Content-Type", report::kPrometheusType);
  response.body = metrics.prometheus();
  co_return response;
}

net::Router router_of(report::LiveMetrics& metrics) {
  net::Router router;
  router.add("GET", "/metrics", [&metrics](const net::HttpRequest&) { return answer(metrics); });
  return router;
}

}  // namespace

base::Result<std::unique_ptr<MetricsServer>> MetricsServer::open(io::Loop& loop,
                                                                 const io::Address& at,
                                                                 report::LiveMetrics& metrics) {
  TRY(io::Listener listener, io::Listener::open(loop, at));
  return std::unique_ptr<MetricsServer>(new MetricsServer(loop, std::move(listener), metrics));
}

MetricsServer::MetricsServer(io::Loop& loop, io::Listener listener, report::LiveMetrics& metrics)
    : server_(loop, std::move(listener), router_of(metrics), kLimits) {}

std::string MetricsServer::url() const {
  const io::Address& at = server_.address();
  return fmt::format("http://{}/metrics",
                     net::to_authority(at.host, at.port, net::usual_http_port(false)));
}

}  // namespace peregrine::cli
