#include "system/postgres_wal.h"

#include <utility>

#include "system/postgres_oid.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;

namespace {

// In the database `postgres`, which no service uses.
constexpr const char* kExtension = "CREATE EXTENSION IF NOT EXISTS pg_walinspect";

// Of all records those that change what a query can see: not vacuum's, nor row locks, hints and
// indexes. A table that is filled anew (TRUNCATE, REFRESH) has its new file in pg_class, and
// pg_class its own in a RelMap record, which names none: NULL.
constexpr const char* kWritten = R"(
SELECT DISTINCT substring(block_ref FROM 'rel [0-9]+/[0-9]+/([0-9]+)')
FROM pg_get_wal_records_info($1::pg_lsn, $2::pg_lsn)
WHERE (resource_manager = 'Heap' AND record_type ~ '^(INSERT|UPDATE|HOT_UPDATE|DELETE|CONFIRM)'
       OR resource_manager = 'Heap2' AND record_type ~ '^MULTI_INSERT'
       OR resource_manager = 'Sequence')
  AND block_ref ~ ('rel [0-9]+/' || $3 || '/') AND xid::text <> $4
  OR resource_manager = 'RelMap')";

// A transaction of its own, so that its commit brings to the disk what sessions with
// `synchronous_commit = off` have committed.
constexpr const char* kMark = "SELECT pg_logical_emit_message(true, 'peregrine', '')";

}  // namespace

Task<Result<PostgresWal>> PostgresWal::open(net::PostgresConnection& home,
                                            const std::string& database, Deadline deadline) {
  std::vector<net::Cell> name{database};
  CO_TRY(const net::Rows found,
         co_await home.query("SELECT oid FROM pg_database WHERE datname = $1", std::move(name),
                             deadline));
  if (found.cells.empty()) co_return base::fail(Code::not_found, "no database \"{}\"", database);
  const uint32_t oid = to_oid(found.cells[0][0]);
  const Result<> readable = co_await home.script(kExtension, deadline);
  if (!readable && !home.usable()) co_return std::unexpected(readable.error());
  co_return PostgresWal(home, oid, readable.has_value());
}

Task<Result<std::string>> PostgresWal::end(Deadline deadline) {
  std::vector<net::Cell> none;
  CO_TRY_OK(co_await home_->query(kMark, none, deadline));
  CO_TRY(const net::Rows rows,
         co_await home_->query("SELECT pg_current_wal_flush_lsn()", none, deadline));
  co_return *rows.cells[0][0];
}

Task<Result<PostgresWal::Written>> PostgresWal::written(std::string since, std::string own,
                                                        Deadline deadline) {
  Written written;
  CO_TRY(written.until, co_await end(deadline));
  if (!readable_) {
    written.unknown = true;
    co_return written;
  }
  std::vector<net::Cell> params{std::move(since), written.until, std::to_string(database_),
                                std::move(own)};
  Result<net::Rows> rows = co_await home_->query(kWritten, std::move(params), deadline);
  if (!rows && !home_->usable()) co_return std::unexpected(rows.error());
  // The server keeps no more of its log than it needs itself.
  written.unknown = !rows;
  if (!rows) co_return written;
  for (const auto& row : rows->cells) {
    if (!row[0]) {
      written.unknown = true;
    } else {
      written.files.insert(to_oid(row[0]));
    }
  }
  co_return written;
}

}  // namespace peregrine::system
