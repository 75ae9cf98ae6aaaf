// What a system's PostgreSQL counts of its work, from its own views (the manual's chapter 28, and
// its appendix on pg_stat_statements), read by connections that services know nothing of.
//
// Counters only grow, so what was done in a time is what is read at its end less what was read at
// its beginning. Its statistics lag: see record::LoadObserved::Postgres. Those of statements do
// not.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/load_observed.h"
#include "system/running_system.h"

namespace peregrine::system {

// Of services' database alone: pg_stat_database.
struct PostgresCounters {
  uint64_t committed = 0;
  uint64_t rolled_back = 0;
  uint64_t deadlocks = 0;
  uint64_t blocks_hit = 0;
  uint64_t blocks_read = 0;
  uint64_t rows_returned = 0;
  uint64_t rows_fetched = 0;
  uint64_t rows_written = 0;
  uint64_t temporary_bytes = 0;
};

// At this moment.
struct PostgresSessions {
  uint64_t connections = 0;  // not Peregrine's own
  uint64_t waiting = 0;      // for a lock
};

// What was asked since clear_statements().
struct PostgresCalls {
  uint64_t calls = 0;
  base::Duration time{};
};

// Each takes one query and fails as that does. REQUIRES: the system has this PostgreSQL.
class PostgresFigures {
 public:
  PostgresFigures(RunningSystem& system, std::string database)
      : system_(system), database_(std::move(database)) {}

  io::Task<base::Result<PostgresCounters>> counters(io::Deadline deadline) const;
  io::Task<base::Result<PostgresSessions>> sessions(io::Deadline deadline) const;
  // Those tables that were ever read from end to end, at most kMostTables; sizes are of now.
  static constexpr size_t kMostTables = 1000;
  io::Task<base::Result<std::vector<record::LoadObserved::Scanned>>> scans(
      io::Deadline deadline) const;

  // Fails where the server cannot count statements. Forgets what was counted before.
  io::Task<base::Result<>> clear_statements(io::Deadline deadline) const;
  io::Task<base::Result<PostgresCalls>> calls(io::Deadline deadline) const;
  // The most expensive ones first.
  io::Task<base::Result<std::vector<record::LoadObserved::Statement>>> statements(
      io::Deadline deadline) const;

 private:
  RunningSystem& system_;
  std::string database_;
};

// What the scans between two readings were, of those with many rows each, most rows first.
std::vector<record::LoadObserved::Scanned> scans_between(
    const std::vector<record::LoadObserved::Scanned>& before,
    std::vector<record::LoadObserved::Scanned> after);

}  // namespace peregrine::system
