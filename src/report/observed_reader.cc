#include "report/observed_reader.h"

namespace peregrine::report {

using record::LoadObserved;

namespace {

std::optional<LoadObserved::Network> read_network(ValueReader& from) {
  if (!from.has("network")) return std::nullopt;
  ValueReader part(from.object("network"));
  const LoadObserved::Network network{.received_bytes = part.number("received_bytes"),
                                      .sent_bytes = part.number("sent_bytes"),
                                      .retransmitted = part.number("retransmitted"),
                                      .opened = part.number("opened"),
                                      .connections = part.number("connections")};
  from.take_error_of(part);
  return network;
}

// Reports of before have none.
LoadObserved::NetworkGaps read_gaps(ValueReader& from) {
  if (!from.has("network_gaps")) return {};
  ValueReader part(from.object("network_gaps"));
  LoadObserved::NetworkGaps gaps{.why_not = part.text_or_empty("why_not"),
                                 .connections = part.number("connections"),
                                 .received_bytes = part.number("received_bytes"),
                                 .sent_bytes = part.number("sent_bytes"),
                                 .times_lost = part.number("times_lost"),
                                 .not_followed = part.number("not_followed")};
  from.take_error_of(part);
  return gaps;
}

LoadObserved::Point read_point(ValueReader& from) {
  LoadObserved::Point point;
  point.at = from.seconds("at_s");
  point.length = from.seconds("length_s");
  point.cpu = from.real("cpu");
  point.memory_bytes = from.number("memory_bytes");
  point.threads = from.number("threads");
  point.descriptors = from.number_if_there("descriptors");
  point.connections = from.number_if_there("connections");
  point.network = read_network(from);
  return point;
}

LoadObserved::Growth read_growth(ValueReader& from) {
  return {from.text("of"), from.real("per_minute"), from.real("margin"), from.real("grown")};
}

LoadObserved::Process read_process(ValueReader& from) {
  LoadObserved::Process process;
  process.name = from.text("name");
  process.kind = from.text("kind");
  process.cpu = from.seconds("cpu_s");
  process.span = from.seconds("span_s");
  process.network = read_network(from);
  process.growth = read_list(from, "growth", kMostGrowths, read_growth);
  process.points = read_list(from, "points", LoadObserved::Process::kMostPoints, read_point);
  return process;
}

LoadObserved::Statement read_statement(ValueReader& from) {
  LoadObserved::Statement statement;
  statement.text = from.text("text");
  statement.calls = from.number("calls");
  statement.rows = from.number("rows");
  statement.total = from.microseconds("total_us");
  statement.p95 = from.microseconds_if_there("p95_us");
  return statement;
}

LoadObserved::Scanned read_scanned(ValueReader& from) {
  return {from.text("table"), from.number("scans"), from.number("rows_read"), from.number("rows"),
          from.number("size_bytes")};
}

LoadObserved::Postgres read_postgres(ValueReader& from) {
  LoadObserved::Postgres postgres;
  postgres.name = from.text("name");
  postgres.span = from.seconds("span_s");
  postgres.committed = from.number("committed");
  postgres.rolled_back = from.number("rolled_back");
  postgres.deadlocks = from.number("deadlocks");
  postgres.blocks_hit = from.number("blocks_hit");
  postgres.blocks_read = from.number("blocks_read");
  postgres.rows_returned = from.number("rows_returned");
  postgres.rows_fetched = from.number("rows_fetched");
  postgres.rows_written = from.number("rows_written");
  postgres.temporary_bytes = from.number("temporary_bytes");
  postgres.connections = from.number("connections");
  postgres.waiting = from.number("waiting");
  postgres.looks = from.number("looks");
  postgres.looks_waiting = from.number("looks_waiting");
  postgres.p95 = from.microseconds_if_there("p95_us");
  postgres.scanned = read_list(from, "scanned", LoadObserved::Postgres::kMostScanned, read_scanned);
  // All three of them, or none.
  postgres.knows_statements = from.has("statements") || from.has("calls") || from.has("time_us");
  if (!postgres.knows_statements) return postgres;
  postgres.calls = from.number("calls");
  postgres.time = from.microseconds("time_us");
  postgres.statements =
      read_list(from, "statements", LoadObserved::Postgres::kMostStatements, read_statement);
  return postgres;
}

LoadObserved::SlowCommand read_slow(ValueReader& from) {
  return {from.text("text"), from.microseconds("took_us")};
}

LoadObserved::Redis read_redis(ValueReader& from) {
  LoadObserved::Redis redis;
  redis.name = from.text("name");
  redis.span = from.seconds("span_s");
  redis.commands = from.number("commands");
  redis.hits = from.number("hits");
  redis.misses = from.number("misses");
  redis.evicted = from.number("evicted");
  redis.expired = from.number("expired");
  redis.memory_begin_bytes = from.number("memory_begin_bytes");
  redis.memory_end_bytes = from.number("memory_end_bytes");
  redis.clients = from.number("clients");
  redis.slow = from.number("slow");
  redis.slowest = read_list(from, "slowest", LoadObserved::Redis::kMostSlow, read_slow);
  return redis;
}

LoadObserved::Route read_route(ValueReader& from) {
  return {from.text("route"), from.number("calls"), from.number("failed")};
}

LoadObserved::Provider read_provider(ValueReader& from) {
  LoadObserved::Provider provider;
  provider.name = from.text("name");
  provider.calls = from.number("calls");
  provider.failed = from.number("failed");
  provider.webhooks = from.number("webhooks");
  provider.webhooks_failed = from.number("webhooks_failed");
  provider.routes = read_list(from, "routes", kMostObservedRoutes, read_route);
  return provider;
}

}  // namespace

record::LoadObserved read_observed(ValueReader& from) {
  LoadObserved observed;
  observed.processes = read_list(from, "processes", kMostObserved, read_process);
  observed.postgres = read_list(from, "postgres", kMostObserved, read_postgres);
  observed.redis = read_list(from, "redis", kMostObserved, read_redis);
  observed.providers = read_list(from, "providers", kMostObserved, read_provider);
  observed.gaps = read_gaps(from);
  return observed;
}

}  // namespace peregrine::report
