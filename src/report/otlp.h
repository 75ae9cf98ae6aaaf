// `--report otlp=PATH`, and what `--otlp` posts: one ExportMetricsServiceRequest in OTLP's JSON
// encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding; fields as in
// opentelemetry/proto/metrics/v1/metrics.proto). A file has it on one line, as OpenTelemetry's file
// exporter writes and its collector's otlpjsonfile receiver reads. Sums and histograms are
// cumulative.
#pragma once

#include <string>

#include "base/time.h"
#include "record/results.h"
#include "report/metrics.h"

namespace peregrine::report {

// As of `now`. `run` says what it is about: system, trial, seed.
std::string to_otlp(const Metrics& metrics, const record::RunResult& run, base::WallTime now);
std::string to_otlp(const record::RunResult& result);

}  // namespace peregrine::report
