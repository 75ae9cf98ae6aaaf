#include "report/otlp.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "report/version.h"

namespace peregrine::report {

using base::List;
using base::Map;
using base::Value;
using base::WallTime;
using Kind = Metric::Kind;
using Unit = Metric::Unit;

namespace {

constexpr int kCumulative = 2;  // AGGREGATION_TEMPORALITY_CUMULATIVE

// 64-bit integers are text in JSON.
Value int64_text(uint64_t number) { return std::to_string(number); }
Value nanoseconds(WallTime at) { return std::to_string(at.time_since_epoch().count()); }

Value attribute(std::string_view key, std::string_view text) {
  return Map{{"key", key}, {"value", Map{{"stringValue", text}}}};
}

List attributes(const Labels& labels) {
  List list;
  for (const auto& [name, value] : labels) list.push_back(attribute(name, value));
  return list;
}

std::string_view unit_of(Unit unit) {
  return unit == Unit::seconds ? "s" : unit == Unit::bytes ? "By" : "";
}

std::vector<Map::Entry> point_of(const Labels& labels, WallTime since, WallTime now) {
  std::vector<Map::Entry> point{{"attributes", attributes(labels)}};
  if (since != WallTime{}) point.emplace_back("startTimeUnixNano", nanoseconds(since));
  point.emplace_back("timeUnixNano", nanoseconds(now));
  return point;
}

Value number_point(const Labels& labels, const Metric::Sample& sample, const Metric& metric,
                   WallTime now) {
  const bool whole = metric.unit == Unit::count || metric.unit == Unit::bytes;
  auto point = point_of(labels, metric.kind == Kind::counter ? sample.since : WallTime{}, now);
  if (whole) {
    point.emplace_back("asInt", int64_text(static_cast<uint64_t>(sample.number)));
  } else {
    point.emplace_back("asDouble", sample.number);
  }
  return Map(std::move(point));
}

Value histogram_point(const Labels& labels, const Metric::Sample& sample, WallTime now) {
  const base::Histogram& times = sample.times;
  List counts, ends;
  uint64_t before = 0;
  for (const double end : kBucketEnds) {
    const uint64_t up_to = count_up_to(times, end);
    counts.push_back(int64_text(up_to - before));
    ends.emplace_back(end);
    before = up_to;
  }
  counts.push_back(int64_text(times.count() - before));
  auto point = point_of(labels, sample.since, now);
  point.emplace_back("count", int64_text(times.count()));
  point.emplace_back("sum", times.sum_s());
  point.emplace_back("bucketCounts", std::move(counts));
  point.emplace_back("explicitBounds", std::move(ends));
  point.emplace_back("min", base::to_seconds(times.least()));
  point.emplace_back("max", base::to_seconds(times.most()));
  return Map(std::move(point));
}

Value metric_value(const Metrics::Family& family, WallTime now) {
  const Metric& metric = family.metric;
  List points;
  for (const auto& [labels, sample] : family.samples) {
    points.push_back(metric.kind == Kind::histogram ? histogram_point(labels, sample, now)
                                                    : number_point(labels, sample, metric, now));
  }
  Map data;
  switch (metric.kind) {
    case Kind::counter:
      data = Map{{"dataPoints", std::move(points)},
                 {"aggregationTemporality", kCumulative},
                 {"isMonotonic", true}};
      break;
    case Kind::gauge:
      data = Map{{"dataPoints", std::move(points)}};
      break;
    case Kind::histogram:
      data = Map{{"dataPoints", std::move(points)}, {"aggregationTemporality", kCumulative}};
      break;
  }
  const char* field = metric.kind == Kind::counter ? "sum"
                      : metric.kind == Kind::gauge ? "gauge"
                                                   : "histogram";
  return Map{{"name", metric.name},
             {"description", metric.help},
             {"unit", unit_of(metric.unit)},
             {field, std::move(data)}};
}

}  // namespace

std::string to_otlp(const Metrics& metrics, const record::RunResult& run, WallTime now) {
  List all;
  for (const Metrics::Family& family : metrics.families()) all.push_back(metric_value(family, now));
  const Map resource{
      {"attributes",
       List{attribute("service.name", "peregrine"), attribute("service.version", kVersion),
            attribute("peregrine.system", run.system), attribute("peregrine.trial", run.trial),
            attribute("peregrine.seed", std::to_string(run.seed))}}};
  const Map scope{{"scope", Map{{"name", "peregrine"}, {"version", kVersion}}},
                  {"metrics", std::move(all)}};
  return base::to_json(
      Map{{"resourceMetrics", List{Map{{"resource", resource}, {"scopeMetrics", List{scope}}}}}});
}

std::string to_otlp(const record::RunResult& result) {
  const base::Duration took = result.duration;
  return to_otlp(metrics_of(result), result, result.started + took) + "\n";
}

}  // namespace peregrine::report
