// The metrics of what services, databases and third parties did in a load.
#include <algorithm>

#include "report/metrics.h"

namespace peregrine::report {

using record::LoadObserved;
using Kind = Metric::Kind;
using Unit = Metric::Unit;

namespace {

constexpr Metric kCpu{"peregrine.process.cpu", "Processor time of a service or database",
                      Kind::counter, Unit::seconds};
constexpr Metric kMemory{"peregrine.process.memory", "Resident memory, at the last look",
                         Kind::gauge, Unit::bytes};
constexpr Metric kThreads{"peregrine.process.threads", "Threads, at the last look", Kind::gauge};
constexpr Metric kDescriptors{"peregrine.process.descriptors", "Descriptors, at the last look",
                              Kind::gauge};
constexpr Metric kConnections{"peregrine.process.connections",
                              "Connections of services to a database, at the last look",
                              Kind::gauge};
constexpr Metric kReceived{"peregrine.process.network.received", "Received over TCP", Kind::counter,
                           Unit::bytes};
constexpr Metric kSent{"peregrine.process.network.sent", "Sent over TCP", Kind::counter,
                       Unit::bytes};
constexpr Metric kRetransmitted{"peregrine.process.network.retransmitted",
                                "Segments of TCP that were sent again"};
constexpr Metric kOpened{"peregrine.process.network.opened",
                         "Connections of TCP that were opened, by it or to it"};
constexpr Metric kOpen{"peregrine.process.network.connections",
                       "Connections of TCP that are open, at the last look", Kind::gauge};
constexpr Metric kUnattributed{"peregrine.network.unattributed",
                               "Connections of TCP between two looks of which it is not known "
                               "whose they were"};
constexpr Metric kLost{"peregrine.network.lost",
                       "How often ended connections were more than the kernel keeps"};
constexpr Metric kGrowth{"peregrine.process.growth",
                         "How much a level grows in a minute, where it is sure that it does",
                         Kind::gauge, Unit::real};

constexpr Metric kTransactions{"peregrine.postgres.transactions", "Transactions that ended"};
constexpr Metric kDeadlocks{"peregrine.postgres.deadlocks", "Deadlocks"};
constexpr Metric kBlocks{"peregrine.postgres.blocks",
                         "Blocks, found in PostgreSQL's memory and asked of the system"};
constexpr Metric kRows{"peregrine.postgres.rows", "Rows"};
constexpr Metric kTemporary{"peregrine.postgres.temporary", "Written to temporary files",
                            Kind::counter, Unit::bytes};
constexpr Metric kSessions{"peregrine.postgres.connections", "Connections, the most at a look",
                           Kind::gauge};
constexpr Metric kWaiting{"peregrine.postgres.waiting",
                          "Sessions that waited for a lock, the most at a look", Kind::gauge};
constexpr Metric kStatements{"peregrine.postgres.statements", "Statements"};
constexpr Metric kStatementTime{"peregrine.postgres.statements.time", "Time of all statements",
                                Kind::counter, Unit::seconds};

constexpr Metric kCommands{"peregrine.redis.commands", "Commands, those of looks among them"};
constexpr Metric kLookups{"peregrine.redis.lookups", "Keys that were looked for"};
constexpr Metric kKeysGone{"peregrine.redis.keys_gone", "Keys that were evicted or expired"};
constexpr Metric kRedisMemory{"peregrine.redis.memory", "Memory, by Redis' own count", Kind::gauge,
                              Unit::bytes};
constexpr Metric kClients{"peregrine.redis.clients", "Clients, the most at a look", Kind::gauge};
constexpr Metric kSlow{"peregrine.redis.slow", "Commands that took 10 ms or more"};

constexpr Metric kCalls{"peregrine.provider.calls", "Calls of a third party's routes"};
constexpr Metric kWebhooks{"peregrine.provider.webhooks", "Attempts of webhooks"};

Labels with(Labels labels, std::string name, std::string value) {
  labels.emplace_back(std::move(name), std::move(value));
  return labels;
}

void add_process(Metrics& metrics, const std::string& load, const LoadObserved::Process& process) {
  if (process.points.empty()) return;
  const Labels labels{{"load", load}, {"process", process.name}, {"kind", process.kind}};
  const LoadObserved::Point& last = process.points.back();
  metrics.add(kCpu, labels, base::to_seconds(process.cpu));
  metrics.add(kMemory, labels, last.memory_bytes);
  metrics.add(kThreads, labels, last.threads);
  if (last.descriptors) metrics.add(kDescriptors, labels, *last.descriptors);
  if (last.connections) metrics.add(kConnections, labels, *last.connections);
  if (process.network) {
    metrics.add(kReceived, labels, process.network->received_bytes);
    metrics.add(kSent, labels, process.network->sent_bytes);
    metrics.add(kRetransmitted, labels, process.network->retransmitted);
    metrics.add(kOpened, labels, process.network->opened);
  }
  if (last.network) metrics.add(kOpen, labels, last.network->connections);
  for (const LoadObserved::Growth& growth : process.growth) {
    metrics.add(kGrowth, with(labels, "of", growth.of), growth.per_minute);
  }
}

// Of what was measured.
void add_gaps(Metrics& metrics, const std::string& load, const LoadObserved& observed) {
  const auto is_measured = [](const LoadObserved::Process& one) { return one.network.has_value(); };
  if (std::ranges::none_of(observed.processes, is_measured)) return;
  metrics.add(kUnattributed, {{"load", load}}, observed.gaps.connections);
  metrics.add(kLost, {{"load", load}}, observed.gaps.times_lost);
}

// PostgreSQL's counters are known at the end alone.
void add_postgres(Metrics& metrics, const std::string& load, const LoadObserved::Postgres& one) {
  const Labels labels{{"load", load}, {"database", one.name}};
  metrics.add(kSessions, labels, one.connections);
  metrics.add(kWaiting, labels, one.waiting);
  if (one.knows_statements) {
    metrics.add(kStatements, labels, one.calls);
    metrics.add(kStatementTime, labels, base::to_seconds(one.time));
  }
  if (one.span <= base::Duration::zero()) return;
  metrics.add(kTransactions, with(labels, "outcome", "committed"), one.committed);
  metrics.add(kTransactions, with(labels, "outcome", "rolled_back"), one.rolled_back);
  metrics.add(kDeadlocks, labels, one.deadlocks);
  metrics.add(kBlocks, with(labels, "from", "memory"), one.blocks_hit);
  metrics.add(kBlocks, with(labels, "from", "system"), one.blocks_read);
  metrics.add(kRows, with(labels, "kind", "returned"), one.rows_returned);
  metrics.add(kRows, with(labels, "kind", "fetched"), one.rows_fetched);
  metrics.add(kRows, with(labels, "kind", "written"), one.rows_written);
  metrics.add(kTemporary, labels, one.temporary_bytes);
}

void add_redis(Metrics& metrics, const std::string& load, const LoadObserved::Redis& one) {
  const Labels labels{{"load", load}, {"database", one.name}};
  metrics.add(kCommands, labels, one.commands);
  metrics.add(kLookups, with(labels, "outcome", "hit"), one.hits);
  metrics.add(kLookups, with(labels, "outcome", "miss"), one.misses);
  metrics.add(kKeysGone, with(labels, "outcome", "evicted"), one.evicted);
  metrics.add(kKeysGone, with(labels, "outcome", "expired"), one.expired);
  metrics.add(kRedisMemory, labels, one.memory_end_bytes);
  metrics.add(kClients, labels, one.clients);
  metrics.add(kSlow, labels, one.slow);
}

void add_provider(Metrics& metrics, const std::string& load, const LoadObserved::Provider& one) {
  const Labels labels{{"load", load}, {"provider", one.name}};
  const auto add = [&](const Metric& metric, const Labels& of, uint64_t all, uint64_t failed) {
    metrics.add(metric, with(of, "outcome", "ok"), all - std::min(all, failed));
    metrics.add(metric, with(of, "outcome", "failed"), failed);
  };
  for (const LoadObserved::Route& route : one.routes) {
    add(kCalls, with(labels, "route", route.title), route.calls, route.failed);
  }
  if (one.webhooks > 0) add(kWebhooks, labels, one.webhooks, one.webhooks_failed);
}

}  // namespace

void add_observed(Metrics& metrics, const std::string& load, const LoadObserved& observed) {
  for (const auto& one : observed.processes) add_process(metrics, load, one);
  for (const auto& one : observed.postgres) add_postgres(metrics, load, one);
  for (const auto& one : observed.redis) add_redis(metrics, load, one);
  for (const auto& one : observed.providers) add_provider(metrics, load, one);
  add_gaps(metrics, load, observed);
}

}  // namespace peregrine::report
