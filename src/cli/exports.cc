#include "cli/exports.h"

#include <utility>

#include "cli/loopback_address.h"
#include "io/scope.h"

namespace peregrine::cli {

using base::Result;

Result<std::unique_ptr<Exports>> Exports::open(io::Loop& loop, const Flags& flags) {
  std::unique_ptr<Exports> exports(new Exports(loop));
  const auto& allowed = flags.system.allowed_hosts;
  if (!flags.metrics.empty()) {
    const auto at = listen_address(flags.metrics, allowed);
    if (!at) return base::because(at.error(), "--metrics");
    auto server = MetricsServer::open(loop, *at, exports->metrics_);
    if (!server) return base::because(server.error(), "--metrics " + flags.metrics);
    exports->server_ = *std::move(server);
  }
  if (!flags.otlp.empty()) {
    const auto url = post_url(flags.otlp, allowed);
    if (!url) return base::because(url.error(), "--otlp");
    exports->sender_.emplace(loop, *url, exports->metrics_);
  }
  return exports;
}

io::Task<void> Exports::beside(io::Task<void> play) {
  io::Scope posting(loop_);
  if (sender_) posting.spawn(sender_->post_regularly());
  co_await std::move(play);
  posting.cancel({base::Code::cancelled, "the run is over"});
  (void)co_await posting.join(io::Deadline::never());
}

io::Task<void> Exports::finish() {
  if (sender_) co_await sender_->post_once();
}

}  // namespace peregrine::cli
