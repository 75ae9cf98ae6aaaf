// `--metrics HOST:PORT`: serves GET /metrics while a trial is played, for a Prometheus.
//
// One thread: the loop's, which outlives it, as the metrics do. What a client may take of it is
// bounded: so many connections, short requests, a page made once a second at most.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "io/loop.h"
#include "io/socket.h"
#include "net/http_server.h"
#include "report/live_metrics.h"

namespace peregrine::cli {

class MetricsServer {
 public:
  // Serves from now on. Port 0 takes a free one. Fails when the address cannot be had.
  static base::Result<std::unique_ptr<MetricsServer>> open(io::Loop& loop, const io::Address& at,
                                                           report::LiveMetrics& metrics);
  // "http://127.0.0.1:9464/metrics"
  std::string url() const;

 private:
  MetricsServer(io::Loop& loop, io::Listener listener, report::LiveMetrics& metrics);

  net::HttpServer server_;
};

}  // namespace peregrine::cli
