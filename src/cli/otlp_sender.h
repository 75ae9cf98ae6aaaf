// `--otlp URL`: posts the metrics of a run to an OpenTelemetry collector (OTLP over HTTP, in JSON)
// every few seconds while it is played, and once when it has ended.
//
// Whatever the collector does, the trial goes on: each post has a deadline, only one is under way,
// and what goes wrong is counted. Nothing is sent again, for the next post has all of it: sums are
// cumulative.
//
// One thread: the loop's, which outlives it, as the metrics do.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "io/loop.h"
#include "net/http_client.h"
#include "net/url.h"
#include "report/live_metrics.h"

namespace peregrine::cli {

class OtlpSender {
 public:
  static constexpr base::Duration kEvery = std::chrono::seconds(5);
  static constexpr base::Duration kWithin = std::chrono::seconds(3);  // a post, with its answer

  OtlpSender(io::Loop& loop, const net::Url& url, const report::LiveMetrics& metrics);

  // Posts until it is cancelled.
  io::Task<void> post_regularly();
  // What has come of the run.
  io::Task<void> post_once();
  // Why some posts were in vain, for people; empty when all went well.
  std::string failures() const;

 private:
  io::Task<base::Result<>> post();

  io::Loop& loop_;
  const report::LiveMetrics& metrics_;
  net::HttpClient client_;
  net::Origin origin_;
  std::string target_;
  std::string url_;
  uint64_t posts_ = 0;
  uint64_t failed_ = 0;
  std::string last_failure_;
};

}  // namespace peregrine::cli
