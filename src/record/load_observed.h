// What services and their databases and third parties took and did while a load was measured. What
// could not be had is absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace peregrine::record {

struct LoadObserved {
  // What a process and all that it has started moved over TCP, loopback too.
  struct Network {
    uint64_t received_bytes = 0;
    uint64_t sent_bytes = 0;
    uint64_t retransmitted = 0;  // segments
    uint64_t opened = 0;         // connections, by them or to them
    uint64_t connections = 0;    // that were open: the most at a look
  };
  // What of the network is not known.
  struct NetworkGaps {
    std::string why_not{};  // nothing was measured; empty: it was
    // Connections that began and ended between two looks, of nobody known. Peregrine's own are
    // none of them.
    uint64_t connections = 0;
    uint64_t received_bytes = 0;
    uint64_t sent_bytes = 0;
    uint64_t times_lost = 0;  // that the kernel had more to tell of ended connections than it keeps
    uint64_t not_followed = 0;  // sockets at looks, beyond those that are followed
  };
  // A second of a process, or more of a long load: then the most of each level.
  struct Point {
    base::Duration at{};      // of its end, since the load began to be measured
    base::Duration length{};  // zero: the first, before which nothing is known
    double cpu = 0;           // of a processor, on average; two that are busy are 2
    uint64_t memory_bytes = 0;
    uint64_t threads = 0;
    std::optional<uint64_t> descriptors{};
    std::optional<uint64_t> connections{};  // that services have to a database
    std::optional<Network> network{};
  };
  // A level that has grown: its slope's interval of confidence (95 %) excludes zero, and over the
  // load it is much.
  struct Growth {
    std::string of;  // "memory", "descriptors", "threads", "connections"
    double per_minute = 0;
    double margin = 0;  // of the slope, on both sides
    double grown = 0;   // over the load, by the slope
  };
  // A service with all its processes, or the server of a database.
  struct Process {
    std::string name;
    std::string kind;  // "service", "postgres", "redis"
    base::Duration cpu{};
    base::Duration span{};        // over which that was
    std::vector<Point> points{};  // at most kMostPoints
    std::vector<Growth> growth{};
    std::optional<Network> network{};  // in all; none: not measured

    static constexpr size_t kMostPoints = 600;
    double cpu_share() const {
      return span.count() > 0 ? base::to_seconds(cpu) / base::to_seconds(span) : 0;
    }
    // In a second, of bytes for example.
    double per_second(uint64_t count) const {
      return span.count() > 0 ? static_cast<double>(count) / base::to_seconds(span) : 0;
    }
  };

  // Statements that differ in their values alone.
  struct Statement {
    std::string text;
    uint64_t calls = 0;
    uint64_t rows = 0;
    base::Duration total{};
    std::optional<base::Duration> p95{};  // known where what services ask is observed
  };
  // A table that was read from end to end.
  struct Scanned {
    std::string table;
    uint64_t scans = 0;
    uint64_t rows_read = 0;  // by them
    uint64_t rows = 0;       // that it holds, about
    uint64_t size_bytes = 0;

    uint64_t rows_each() const { return scans > 0 ? rows_read / scans : 0; }
  };
  // By PostgreSQL's own counters. It adds to them when a transaction ends, but at most once a
  // second for a session, and after ten seconds for one that then rests: what is of the last
  // moments may be missing, and what was of the warm-up's be there.
  struct Postgres {
    std::string name;
    base::Duration span{};
    uint64_t committed = 0;
    uint64_t rolled_back = 0;
    uint64_t deadlocks = 0;
    uint64_t blocks_hit = 0;   // found in PostgreSQL's own memory
    uint64_t blocks_read = 0;  // asked of the system, which may have had them
    uint64_t rows_returned = 0;
    uint64_t rows_fetched = 0;
    uint64_t rows_written = 0;  // inserted, updated, deleted
    uint64_t temporary_bytes = 0;
    uint64_t connections = 0;  // most at a look, once a second
    uint64_t waiting = 0;      // for locks, most at a look
    uint64_t looks = 0;
    uint64_t looks_waiting = 0;  // at which a session waited for a lock
    // By pg_stat_statements, which is exact. Absent where the server has it not.
    bool knows_statements = false;
    uint64_t calls = 0;
    base::Duration time{};                // of all statements
    std::optional<base::Duration> p95{};  // of all, as the proxy saw them
    std::vector<Statement> statements{};  // most expensive first
    std::vector<Scanned> scanned{};       // most rows first

    static constexpr size_t kMostStatements = 50;
    static constexpr size_t kMostScanned = 20;
    static constexpr uint64_t kManyRows = 1000;  // for one scan to be told
  };

  struct SlowCommand {
    std::string text;
    base::Duration took{};
  };
  struct Redis {
    std::string name;
    base::Duration span{};
    uint64_t commands = 0;  // those of Peregrine's looks too
    uint64_t hits = 0;
    uint64_t misses = 0;
    uint64_t evicted = 0;
    uint64_t expired = 0;
    uint64_t memory_begin_bytes = 0;  // by its own count
    uint64_t memory_end_bytes = 0;
    uint64_t clients = 0;  // most at a look; Peregrine's own too
    uint64_t slow = 0;     // commands that took 10 ms or more
    std::vector<SlowCommand> slowest{};

    static constexpr size_t kMostSlow = 10;
    std::optional<double> hit_rate() const {
      if (hits + misses == 0) return std::nullopt;
      return static_cast<double>(hits) / static_cast<double>(hits + misses);
    }
  };

  struct Route {
    std::string title;  // "POST /v1/charges"; empty: of a route that it does not have
    uint64_t calls = 0;
    uint64_t failed = 0;  // no answer, or one of 400 or more
  };
  struct Provider {
    std::string name;
    uint64_t calls = 0;
    uint64_t failed = 0;
    uint64_t webhooks = 0;         // attempts
    uint64_t webhooks_failed = 0;  // that nobody accepted
    std::vector<Route> routes{};   // most calls first
  };

  std::vector<Process> processes{};
  std::vector<Postgres> postgres{};
  std::vector<Redis> redis{};
  std::vector<Provider> providers{};
  NetworkGaps gaps{};
};

}  // namespace peregrine::record
