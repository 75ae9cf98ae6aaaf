// What services and what surrounds them did in a load, as JSON. Its form is in docs/load.md.
#include <optional>

#include "report/json_values.h"

namespace peregrine::report {

using base::Duration;
using base::List;
using base::Map;
using base::Value;
using record::LoadObserved;

namespace {

double to_us(Duration span) { return static_cast<double>(span.count()) / 1e3; }

Value count_or_null(std::optional<uint64_t> count) { return count ? Value(*count) : Value(); }
Value us_or_null(std::optional<Duration> span) { return span ? Value(to_us(*span)) : Value(); }

Value network_or_null(const std::optional<LoadObserved::Network>& network) {
  if (!network) return {};
  return Map{{"received_bytes", network->received_bytes},
             {"sent_bytes", network->sent_bytes},
             {"retransmitted", network->retransmitted},
             {"opened", network->opened},
             {"connections", network->connections}};
}

Value to_value(const LoadObserved::NetworkGaps& gaps) {
  return Map{{"why_not", gaps.why_not.empty() ? Value() : Value(gaps.why_not)},
             {"connections", gaps.connections},
             {"received_bytes", gaps.received_bytes},
             {"sent_bytes", gaps.sent_bytes},
             {"times_lost", gaps.times_lost},
             {"not_followed", gaps.not_followed}};
}

// Before the lists of them.
Value to_value(const LoadObserved::Point& point);
Value to_value(const LoadObserved::Growth& growth);
Value to_value(const LoadObserved::Process& process);
Value to_value(const LoadObserved::Statement& statement);
Value to_value(const LoadObserved::Scanned& table);
Value to_value(const LoadObserved::Postgres& postgres);
Value to_value(const LoadObserved::SlowCommand& command);
Value to_value(const LoadObserved::Redis& redis);
Value to_value(const LoadObserved::Route& route);
Value to_value(const LoadObserved::Provider& provider);

template <class T>
List to_list(const std::vector<T>& all) {
  List list;
  for (const T& one : all) list.push_back(to_value(one));
  return list;
}

Value to_value(const LoadObserved::Point& point) {
  return Map{{"at_s", base::to_seconds(point.at)},
             {"length_s", base::to_seconds(point.length)},
             {"cpu", point.cpu},
             {"memory_bytes", point.memory_bytes},
             {"descriptors", count_or_null(point.descriptors)},
             {"threads", point.threads},
             {"connections", count_or_null(point.connections)},
             {"network", network_or_null(point.network)}};
}

Value to_value(const LoadObserved::Growth& growth) {
  return Map{{"of", growth.of},
             {"per_minute", growth.per_minute},
             {"margin", growth.margin},
             {"grown", growth.grown}};
}

Value to_value(const LoadObserved::Process& process) {
  return Map{{"name", process.name},
             {"kind", process.kind},
             {"cpu_s", base::to_seconds(process.cpu)},
             {"span_s", base::to_seconds(process.span)},
             {"cpu", process.cpu_share()},
             {"network", network_or_null(process.network)},
             {"growth", to_list(process.growth)},
             {"points", to_list(process.points)}};
}

Value to_value(const LoadObserved::Statement& statement) {
  const Duration mean =
      statement.calls > 0 ? statement.total / static_cast<int64_t>(statement.calls) : Duration();
  return Map{{"text", statement.text}, {"calls", statement.calls},
             {"rows", statement.rows}, {"total_us", to_us(statement.total)},
             {"mean_us", to_us(mean)}, {"p95_us", us_or_null(statement.p95)}};
}

Value to_value(const LoadObserved::Scanned& table) {
  return Map{{"table", table.table},
             {"scans", table.scans},
             {"rows_read", table.rows_read},
             {"rows", table.rows},
             {"size_bytes", table.size_bytes}};
}

Value to_value(const LoadObserved::Postgres& postgres) {
  const bool counts = postgres.knows_statements;
  return Map{{"name", postgres.name},
             {"span_s", base::to_seconds(postgres.span)},
             {"committed", postgres.committed},
             {"rolled_back", postgres.rolled_back},
             {"deadlocks", postgres.deadlocks},
             {"blocks_hit", postgres.blocks_hit},
             {"blocks_read", postgres.blocks_read},
             {"rows_returned", postgres.rows_returned},
             {"rows_fetched", postgres.rows_fetched},
             {"rows_written", postgres.rows_written},
             {"temporary_bytes", postgres.temporary_bytes},
             {"connections", postgres.connections},
             {"waiting", postgres.waiting},
             {"looks", postgres.looks},
             {"looks_waiting", postgres.looks_waiting},
             {"calls", counts ? Value(postgres.calls) : Value()},
             {"time_us", counts ? Value(to_us(postgres.time)) : Value()},
             {"p95_us", us_or_null(postgres.p95)},
             {"statements", counts ? Value(to_list(postgres.statements)) : Value()},
             {"scanned", to_list(postgres.scanned)}};
}

Value to_value(const LoadObserved::SlowCommand& command) {
  return Map{{"text", command.text}, {"took_us", to_us(command.took)}};
}

Value to_value(const LoadObserved::Redis& redis) {
  const auto rate = redis.hit_rate();
  return Map{{"name", redis.name},
             {"span_s", base::to_seconds(redis.span)},
             {"commands", redis.commands},
             {"hits", redis.hits},
             {"misses", redis.misses},
             {"hit_rate", rate ? Value(*rate) : Value()},
             {"evicted", redis.evicted},
             {"expired", redis.expired},
             {"memory_begin_bytes", redis.memory_begin_bytes},
             {"memory_end_bytes", redis.memory_end_bytes},
             {"clients", redis.clients},
             {"slow", redis.slow},
             {"slowest", to_list(redis.slowest)}};
}

Value to_value(const LoadObserved::Route& route) {
  return Map{{"route", route.title}, {"calls", route.calls}, {"failed", route.failed}};
}

Value to_value(const LoadObserved::Provider& provider) {
  return Map{{"name", provider.name},
             {"calls", provider.calls},
             {"failed", provider.failed},
             {"webhooks", provider.webhooks},
             {"webhooks_failed", provider.webhooks_failed},
             {"routes", to_list(provider.routes)}};
}

}  // namespace

Value to_value(const LoadObserved& observed) {
  return Map{{"processes", to_list(observed.processes)},
             {"postgres", to_list(observed.postgres)},
             {"redis", to_list(observed.redis)},
             {"providers", to_list(observed.providers)},
             {"network_gaps", to_value(observed.gaps)}};
}

}  // namespace peregrine::report
