// Who is told of a run while it is played, beside the terminal and files: a Prometheus that scrapes
// it (`--metrics`), an OpenTelemetry collector (`--otlp`).
//
// One thread: the loop's, which outlives it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/commands.h"
#include "cli/metrics_server.h"
#include "cli/otlp_sender.h"
#include "io/loop.h"
#include "io/task.h"
#include "report/live_metrics.h"

namespace peregrine::cli {

class Exports {
 public:
  // As the flags say; nobody when they say nothing. Fails when an address cannot be read, is not
  // allowed or cannot be had.
  static base::Result<std::unique_ptr<Exports>> open(io::Loop& loop, const Flags& flags);

  // Null when nobody is to be told.
  record::Observer* observer() { return server_ || sender_ ? &metrics_ : nullptr; }
  // Where it is served, or empty.
  std::string served_at() const { return server_ ? server_->url() : ""; }

  // Plays to the end, and posts meanwhile.
  io::Task<void> beside(io::Task<void> play);
  // Posts what has come of it.
  io::Task<void> finish();
  // What went wrong, for people, or empty.
  std::string failures() const { return sender_ ? sender_->failures() : ""; }

 private:
  explicit Exports(io::Loop& loop) : loop_(loop) {}

  io::Loop& loop_;
  report::LiveMetrics metrics_;
  std::unique_ptr<MetricsServer> server_;
  std::optional<OtlpSender> sender_;
};

}  // namespace peregrine::cli
