// The figures of a load as JSON. Their form is in docs/load.md.
#include <utility>

#include "report/json_values.h"

namespace peregrine::report {

using base::Duration;
using base::Histogram;
using base::List;
using base::Map;
using base::Value;

namespace {

using peregrine::report::to_value;  // those that others call too

double to_us(Duration span) { return static_cast<double>(span.count()) / 1e3; }

// With the whole histogram, so that what is merged later is not averaged.
Value to_value(const Histogram& times) {
  return Map{{"p50", to_us(times.at(0.5))},    {"p90", to_us(times.at(0.9))},
             {"p95", to_us(times.at(0.95))},   {"p99", to_us(times.at(0.99))},
             {"p999", to_us(times.at(0.999))}, {"mean", to_us(times.mean())},
             {"max", to_us(times.most())},     {"count", times.count()},
             {"histogram", times.to_text()}};
}

Value to_value(const record::LoadStep& step) {
  return Map{{"journey", step.journey},
             {"step", step.sentence},
             {"line", step.line},
             {"looks", step.looks},
             {"ended", step.ended},
             {"lost", step.lost},
             {"errors", step.failed},
             {"latency_us", to_value(step.times.latency)},
             {"service_us", to_value(step.times.service)},
             {"blocked_us", to_value(step.times.blocked)},
             {"messages", step.messages}};
}

Value to_value(const record::LoadFailures& failures) {
  return Map{{"kind", failures.kind},
             {"count", failures.count},
             {"texts", List(failures.texts.begin(), failures.texts.end())}};
}

Value to_value(const record::LoadThreshold& threshold) {
  return Map{{"on", threshold.on},       {"what", threshold.what},
             {"limit", threshold.limit}, {"actual", threshold.actual},
             {"held", threshold.held},   {"measured", threshold.measured}};
}

Value to_value(const record::LoadPhase& phase) {
  return Map{{"level", phase.level},    {"requests", phase.requests},
             {"rps", phase.per_second}, {"plays", phase.ended},
             {"errors", phase.failed},  {"latency_us", to_value(phase.latency)},
             {"fell", phase.fell}};
}

template <class T>
List to_list(const std::vector<T>& all) {
  List list;
  for (const T& one : all) list.push_back(to_value(one));
  return list;
}

Value to_value(const std::optional<record::LoadLimit>& limit) {
  if (!limit) return Value();
  return Map{{"held", limit->held ? Value(*limit->held) : Value()},
             {"fell", limit->fell ? Value(*limit->fell) : Value()},
             {"stopped", limit->stopped},
             {"phases", to_list(limit->phases)},
             {"recovery", limit->recovery ? to_value(*limit->recovery) : Value()}};
}

Value to_value(const record::LoadResult& load, const record::LoadResult::Generator& generator) {
  const double cpu_s = base::to_seconds(generator.cpu);
  const auto asked = static_cast<double>(load.asked());
  return Map{{"cpu_s", cpu_s},
             {"busiest_cpu_s", base::to_seconds(generator.busiest)},
             {"cpu_us_per_request", asked > 0 ? cpu_s * 1e6 / asked : 0},
             {"rss_bytes", generator.rss_bytes},
             {"processes", generator.processes},
             {"loop_lag_us_p99", to_us(generator.lag.at(0.99))},
             {"loop_lag_us", to_value(generator.lag)},
             {"was_slow", load.generator_is_slow()}};
}

}  // namespace

Value to_value(const record::LoadSlice& slice) {
  return Map{{"at_s", base::to_seconds(slice.begin)},
             {"length_s", base::to_seconds(slice.length)},
             {"counted", slice.counted},
             {"requests", slice.requests},
             {"plays", slice.plays},
             {"failed", slice.failed},
             {"users", slice.users},
             {"streams", slice.streams},
             {"messages", slice.messages},
             {"latency_us", to_value(Histogram::from_text(slice.latency).value_or(Histogram()))}};
}

Value to_value(const record::LoadResult& load) {
  return Map{{"journey", load.name},
             {"file", load.file},
             {"line", load.line},
             {"model", load.model},
             {"open", load.open},
             {"warm_up_s", base::to_seconds(load.warm_up)},
             {"measured_s", base::to_seconds(load.measured)},
             {"users", load.users},
             {"requests", load.asked()},
             {"rps", load.per_second()},
             {"plays", Map{{"begun", load.begun},
                           {"ended", load.ended},
                           {"failed", load.failed},
                           {"lost", load.lost},
                           {"cut", load.cut},
                           {"not_begun", load.not_begun},
                           {"looked", load.looked}}},
             {"errors", load.failed},
             {"error_rate", load.share_failed()},
             {"latency_us", to_value(load.requests.latency)},
             {"service_us", to_value(load.requests.service)},
             {"blocked_us", to_value(load.requests.blocked)},
             {"play_us", to_value(load.plays)},
             {"streams", Map{{"opened", load.streams.opened},
                             {"most_open", load.streams.most_open},
                             {"broke", load.streams.broke},
                             {"messages", load.streams.messages},
                             {"bytes", load.streams.bytes}}},
             {"steps", to_list(load.steps)},
             {"failures", to_list(load.failures)},
             {"thresholds", to_list(load.thresholds)},
             {"slices", to_list(load.slices)},
             {"aborted", load.aborted.empty() ? Value() : Value(load.aborted)},
             {"limit", to_value(load.limit)},
             {"observed", to_value(load.observed)},
             {"generator", to_value(load, load.generator)}};
}

}  // namespace peregrine::report
