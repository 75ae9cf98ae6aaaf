#include "system/postgres_figures.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "system/postgres.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using record::LoadObserved;

namespace {

// Numbers of a row, from the left. What is NULL, or less than zero as an estimate may be, is 0.
class Row {
 public:
  explicit Row(const std::vector<net::Cell>& cells) : cells_(cells) {}
  std::string text() {
    return next_ < cells_.size() ? cells_[next_++].value_or("") : std::string();
  }
  double number() {
    const std::string digits = text();
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return std::max(value, 0.0);
  }
  uint64_t count() { return static_cast<uint64_t>(number()); }
  // PostgreSQL tells milliseconds.
  base::Duration span() { return base::Duration(static_cast<int64_t>(number() * 1e6)); }

 private:
  const std::vector<net::Cell>& cells_;
  size_t next_ = 0;
};

Result<> check_one(const net::Rows& rows) {
  if (rows.cells.size() == 1) return {};
  return base::fail(Code::failed, "PostgreSQL tells {} rows where there is one", rows.cells.size());
}

// Of services' database. Statements that set no query id count too; what is not the outermost is
// part of the statement that called it (pg_stat_statements.track = top).
constexpr std::string_view kOfDatabase =
    "WHERE dbid = (SELECT oid FROM pg_database WHERE datname = $1)";

}  // namespace

Task<Result<PostgresCounters>> PostgresFigures::counters(Deadline deadline) const {
  CO_TRY(const net::Rows rows,
         co_await system_.query_beside(
             database_,
             "SELECT xact_commit, xact_rollback, deadlocks, blks_hit, blks_read, tup_returned, "
             "tup_fetched, tup_inserted + tup_updated + tup_deleted, temp_bytes "
             "FROM pg_stat_database WHERE datname = $1",
             deadline));
  CO_TRY_OK(check_one(rows));
  Row row(rows.cells.front());
  PostgresCounters all;
  for (uint64_t* counter :
       {&all.committed, &all.rolled_back, &all.deadlocks, &all.blocks_hit, &all.blocks_read,
        &all.rows_returned, &all.rows_fetched, &all.rows_written, &all.temporary_bytes}) {
    *counter = row.count();
  }
  co_return all;
}

Task<Result<PostgresSessions>> PostgresFigures::sessions(Deadline deadline) const {
  CO_TRY(const net::Rows rows,
         co_await system_.query_beside(
             database_,
             fmt::format("SELECT count(*), count(*) FILTER (WHERE wait_event_type = 'Lock') "
                         "FROM pg_stat_activity WHERE datname = $1 "
                         "AND backend_type = 'client backend' AND application_name <> '{}'",
                         PrivatePostgres::kApplication),
             deadline));
  CO_TRY_OK(check_one(rows));
  Row row(rows.cells.front());
  PostgresSessions sessions;
  sessions.connections = row.count();
  sessions.waiting = row.count();
  co_return sessions;
}

// These counters can be seen in services' own database alone. Peregrine's snapshot is no table of
// theirs.
Task<Result<std::vector<LoadObserved::Scanned>>> PostgresFigures::scans(Deadline deadline) const {
  CO_TRY(const net::Rows rows,
         co_await system_.query(
             database_,
             fmt::format("SELECT CASE schemaname WHEN 'public' THEN '' ELSE schemaname || '.' END "
                         "|| relname, seq_scan, seq_tup_read, n_live_tup, pg_table_size(relid) "
                         "FROM pg_stat_user_tables WHERE seq_scan > 0 "
                         "AND schemaname <> 'peregrine_snapshot' "
                         "ORDER BY seq_tup_read DESC LIMIT {}",
                         kMostTables),
             {}, deadline));
  std::vector<LoadObserved::Scanned> all;
  for (const auto& cells : rows.cells) {
    Row row(cells);
    LoadObserved::Scanned table;
    table.table = row.text();
    table.scans = row.count();
    table.rows_read = row.count();
    table.rows = row.count();
    table.size_bytes = row.count();
    all.push_back(std::move(table));
  }
  co_return all;
}

Task<Result<>> PostgresFigures::clear_statements(Deadline deadline) const {
  CO_TRY_OK(
      co_await system_.query_beside(database_, "SELECT pg_stat_statements_reset()", deadline));
  co_return Result<>{};
}

Task<Result<PostgresCalls>> PostgresFigures::calls(Deadline deadline) const {
  CO_TRY(
      const net::Rows rows,
      co_await system_.query_beside(
          database_,
          fmt::format("SELECT sum(calls), sum(total_exec_time) FROM pg_stat_statements(false) {}",
                      kOfDatabase),
          deadline));
  CO_TRY_OK(check_one(rows));
  Row row(rows.cells.front());
  PostgresCalls all;
  all.calls = row.count();
  all.time = row.span();
  co_return all;
}

Task<Result<std::vector<LoadObserved::Statement>>> PostgresFigures::statements(
    Deadline deadline) const {
  constexpr size_t kLongest = 2000;  // characters of a text
  CO_TRY(const net::Rows rows,
         co_await system_.query_beside(
             database_,
             fmt::format("SELECT left(query, {}), sum(calls), sum(rows), sum(total_exec_time) "
                         "FROM pg_stat_statements {} GROUP BY 1 ORDER BY 4 DESC LIMIT {}",
                         kLongest, kOfDatabase, LoadObserved::Postgres::kMostStatements),
             deadline));
  std::vector<LoadObserved::Statement> all;
  for (const auto& cells : rows.cells) {
    Row row(cells);
    LoadObserved::Statement statement;
    statement.text = row.text();
    statement.calls = row.count();
    statement.rows = row.count();
    statement.total = row.span();
    all.push_back(std::move(statement));
  }
  co_return all;
}

std::vector<LoadObserved::Scanned> scans_between(const std::vector<LoadObserved::Scanned>& before,
                                                 std::vector<LoadObserved::Scanned> after) {
  std::unordered_map<std::string_view, const LoadObserved::Scanned*> first;
  for (const LoadObserved::Scanned& table : before) first.emplace(table.table, &table);
  for (LoadObserved::Scanned& table : after) {
    const auto found = first.find(table.table);
    if (found == first.end()) continue;
    // A table that was made anew counts from 0 again.
    const LoadObserved::Scanned& then = *found->second;
    if (then.scans > table.scans || then.rows_read > table.rows_read) continue;
    table.scans -= then.scans;
    table.rows_read -= then.rows_read;
  }
  std::erase_if(after, [](const LoadObserved::Scanned& table) {
    return table.rows_each() < LoadObserved::Postgres::kManyRows;
  });
  std::ranges::sort(after, std::greater(), &LoadObserved::Scanned::rows_read);
  if (after.size() > LoadObserved::Postgres::kMostScanned) {
    after.resize(LoadObserved::Postgres::kMostScanned);
  }
  return after;
}

}  // namespace peregrine::system
