// `--report prometheus=PATH`, and what `--metrics` serves: the text format of Prometheus, version
// 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Without timestamps, as node
// exporter's textfile collector wants it.
#pragma once

#include <string>

#include "record/results.h"
#include "report/metrics.h"

namespace peregrine::report {

inline constexpr std::string_view kPrometheusType = "text/plain; version=0.0.4; charset=utf-8";

std::string to_prometheus(const Metrics& metrics);
std::string to_prometheus(const record::RunResult& result);

}  // namespace peregrine::report
