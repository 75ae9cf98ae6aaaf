#include "system/postgres_snapshot.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "system/postgres_oid.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using net::PostgresConnection;
using net::Rows;
using namespace std::chrono_literals;
using Written = PostgresWal::Written;

namespace {

constexpr int kTries = 3;          // to find a moment in which nobody writes
constexpr int kRounds = 5;         // of putting back what others write meanwhile
constexpr auto kPatience = 250ms;  // with a transaction that is open
// On the server, so that one connection is all it takes.
constexpr const char* kPause = "SELECT pg_sleep(0.002)";
// No place in the log: all of it may have been written since.
constexpr const char* kUnknown = "0/0";
constexpr const char* kLockTimeout = "55P03";
constexpr const char* kDeadlock = "40P01";

// Tables that hold rows themselves: ordinary ones, leaves of partitioned ones and materialized
// views, with the columns that can be written; and the two catalogs with the large objects.
constexpr const char* kFindTables = R"(
SELECT c.oid, pg_relation_filenode(c.oid), format('%I.%I', n.nspname, c.relname),
       format('peregrine_snapshot.t%s', c.oid),
       string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
       c.relpersistence = 'u',
       c.relkind = 'm' OR c.relpersistence = 'p' AND (
         EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgenabled IN ('A', 'R'))
         OR EXISTS (SELECT FROM pg_rewrite r
                    WHERE r.ev_class = c.oid AND r.ev_enabled IN ('A', 'R')))
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'm') AND c.relpersistence IN ('p', 'u')
  AND (n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'peregrine_snapshot')
       OR c.oid IN ('pg_largeobject'::regclass, 'pg_largeobject_metadata'::regclass))
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.oid, n.nspname, c.relname
ORDER BY c.oid)";

// A sequence's own row has what pg_sequences leaves out: whether last_value was given out already.
constexpr const char* kFindSequences = R"(
SELECT format('INSERT INTO peregrine_snapshot.sequences SELECT %s, last_value, is_called '
              'FROM %I.%I;', c.oid, n.nspname, c.relname)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence IN ('p', 'u') AND n.nspname !~ '^pg_'
ORDER BY c.oid)";

constexpr const char* kTake =
    "BEGIN ISOLATION LEVEL REPEATABLE READ; DROP SCHEMA IF EXISTS peregrine_snapshot CASCADE;\n"
    "CREATE SCHEMA peregrine_snapshot;\n"
    "CREATE TABLE peregrine_snapshot.sequences(oid oid, value bigint, called boolean)";

// As a replica the session fires no trigger and checks no foreign key.
constexpr const char* kBegin =
    "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '1s'";

constexpr const char* kSetSequences =
    "SELECT setval(oid::regclass, value, called) FROM peregrine_snapshot.sequences;\n";

constexpr const char* kOwnTransaction = "SELECT pg_current_xact_id()::xid::text";

constexpr const char* kFindOpen = R"(
SELECT pid, left(query, 200) FROM pg_stat_activity
WHERE datname = $1 AND backend_type = 'client backend' AND xact_start IS NOT NULL
  AND pid <> pg_backend_pid())";

constexpr const char* kEnd = "SELECT pg_terminate_backend($1::int, 5000)";

bool is_true(const net::Cell& cell) { return cell == "t"; }

}  // namespace

PostgresSnapshot::PostgresSnapshot(PrivatePostgres& server, std::string database)
    : server_(server), database_(std::move(database)) {}

Task<Result<std::unique_ptr<PostgresSnapshot>>> PostgresSnapshot::take(PrivatePostgres& server,
                                                                       std::string database,
                                                                       Deadline deadline) {
  std::unique_ptr<PostgresSnapshot> snapshot(new PostgresSnapshot(server, std::move(database)));
  CO_TRY_OK(co_await snapshot->connect(deadline));
  CO_TRY(snapshot->wal_,
         co_await PostgresWal::open(*snapshot->home_, snapshot->database_, deadline));
  snapshot->files_.emplace(server, snapshot->database_, snapshot->wal_->database());
  for (int i = 0; i < kTries; ++i) {
    CO_TRY(const bool undisturbed, co_await snapshot->take_once(deadline));
    if (undisturbed) co_return std::move(snapshot);
    CO_TRY_OK(co_await snapshot->home_->script(kPause, deadline));
  }
  snapshot->files_.reset();
  snapshot->mark_ = kUnknown;  // a transaction may have been open that has written before it
  co_return std::move(snapshot);
}

Task<Result<>> PostgresSnapshot::connect(Deadline deadline) {
  for (auto* connection : {&home_, &here_}) {
    if (*connection && (*connection)->usable()) continue;
    connection->reset();
    const std::string to = connection == &home_ ? "postgres" : database_;
    CO_TRY(PostgresConnection fresh, co_await server_.connect(to, deadline));
    *connection = std::make_unique<PostgresConnection>(std::move(fresh));
  }
  co_return Result<>{};
}

// False when somebody wrote meanwhile.
Task<Result<bool>> PostgresSnapshot::take_once(Deadline deadline) {
  CO_TRY(mark_, co_await wal_->end(deadline));
  CO_TRY(own_, co_await copy_rows(deadline));
  CO_TRY(catalog_, co_await PostgresCatalog::remember(*here_, deadline));
  CO_TRY_OK(co_await files_->take(*home_, deadline));
  CO_TRY(const Written written, co_await wal_->written(mark_, own_, deadline));
  std::vector<net::Cell> name{database_};
  CO_TRY(const Rows open, co_await home_->query(kFindOpen, std::move(name), deadline));
  const bool undisturbed = (written.unknown || written.files.empty()) && open.cells.empty();
  if (undisturbed) mark_ = written.until;
  co_return undisturbed;
}

// The transaction that did it.
Task<Result<std::string>> PostgresSnapshot::copy_rows(Deadline deadline) {
  std::vector<net::Cell> none;
  CO_TRY_OK(co_await here_->script(kTake, deadline));
  CO_TRY(const Rows found, co_await here_->query(kFindTables, none, deadline));
  CO_TRY(std::string copies, co_await sequence_copies(deadline));
  tables_.clear();
  for (const auto& row : found.cells) {
    const std::string& name = *row[2];
    const std::string& copy = *row[3];
    const std::string& columns = *row[4];
    const bool needs_files = is_true(row[6]);
    if (!needs_files) {
      copies += fmt::format("CREATE TABLE {} AS SELECT {} FROM ONLY {};\n", copy, columns, name);
    }
    tables_.push_back(
        {to_oid(row[0]), to_oid(row[1]), fmt::format("DELETE FROM ONLY {};\n", name),
         fmt::format("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {};\n", name,
                     columns, columns, copy),
         is_true(row[5]), needs_files});
  }
  CO_TRY(const Rows own, co_await here_->query(kOwnTransaction, none, deadline));
  CO_TRY_OK(co_await here_->script(copies + "COMMIT", deadline));
  co_return *own.cells[0][0];
}

Task<Result<std::string>> PostgresSnapshot::sequence_copies(Deadline deadline) {
  std::vector<net::Cell> none;
  CO_TRY(const Rows sequences, co_await here_->query(kFindSequences, none, deadline));
  std::string copies;
  for (const auto& row : sequences.cells) copies += *row[0] + "\n";
  co_return copies;
}

Task<Result<PostgresSnapshot::Restored>> PostgresSnapshot::restore(Deadline deadline) {
  Restored restored;
  CO_TRY_OK(co_await connect(deadline));
  for (int round = 0; round < kRounds; ++round) {
    CO_TRY_OK(co_await end_transactions(restored, deadline));
    CO_TRY(Written written, co_await wal_->written(mark_, own_, deadline));
    if (round > 0 && (written.unknown || written.files.empty())) {
      mark_ = written.until;
      break;
    }
    CO_TRY(const bool from_files, co_await needs_files(written, deadline));
    if (from_files) {
      CO_TRY(written, co_await bring_back_files(deadline));
      restored.from_files = true;
    }
    const std::vector<const Table*> tables = changed(written, round == 0 || from_files);
    Result<std::string> done = co_await put_back(tables, deadline);
    if (done) {
      own_ = *std::move(done);
      mark_ = written.until;
      restored.tables += tables.size();
      continue;
    }
    // Somebody has begun a transaction again, and holds a row: it is ended in the next round.
    const auto& error = here_->last_error();
    const bool held = error && (error->sqlstate == kLockTimeout || error->sqlstate == kDeadlock);
    if (here_->usable()) (void)co_await here_->rollback(deadline);
    if (!held || round + 1 == kRounds) co_return std::unexpected(done.error());
  }
  co_return restored;
}

Task<Result<std::optional<std::set<uint32_t>>>> PostgresSnapshot::written(Deadline deadline) {
  CO_TRY_OK(co_await connect(deadline));
  CO_TRY(const Written written, co_await wal_->written(mark_, own_, deadline));
  if (written.unknown || catalog_->files_may_differ(written)) co_return std::nullopt;
  std::set<uint32_t> oids;
  for (const Table& table : tables_) {
    if (written.has(table.file) || table.unlogged) oids.insert(table.oid);
  }
  co_return oids;
}

Task<Result<>> PostgresSnapshot::end_transactions(Restored& restored, Deadline deadline) {
  const base::Instant enough = base::monotonic_now() + kPatience;
  for (;;) {
    std::vector<net::Cell> name{database_};
    CO_TRY(const Rows open, co_await home_->query(kFindOpen, std::move(name), deadline));
    if (open.cells.empty()) co_return Result<>{};
    if (base::monotonic_now() < enough) {
      CO_TRY_OK(co_await home_->script(kPause, deadline));
      continue;
    }
    for (const auto& row : open.cells) {
      std::vector<net::Cell> pid{row[0]};
      CO_TRY_OK(co_await home_->query(kEnd, std::move(pid), deadline));
      restored.ended.push_back(row[1].value_or(""));
    }
    co_return Result<>{};
  }
}

// Whether rows are not enough. Adds to `written` the tables that have got another file.
Task<Result<bool>> PostgresSnapshot::needs_files(Written& written, Deadline deadline) {
  CO_TRY(const bool differs, co_await catalog_->differs(*here_, written, deadline));
  if (differs) co_return true;
  if (catalog_->files_may_differ(written)) {
    CO_TRY(const auto files, co_await catalog_->read_files(*here_, deadline));
    for (Table& table : tables_) {
      const auto now = files.find(table.oid);
      if (now == files.end() || now->second == table.file) continue;
      table.file = now->second;
      written.files.insert(table.file);
    }
  }
  co_return std::ranges::any_of(
      tables_, [&](const Table& table) { return table.needs_files && written.has(table.file); });
}

// What is written from then on.
Task<Result<Written>> PostgresSnapshot::bring_back_files(Deadline deadline) {
  if (!files_) {
    co_return base::fail(Code::refused,
                         "the play has changed what only a copy of the whole database brings back "
                         "(a definition, a materialized view), and there was no moment to take "
                         "one when the services had started, for something wrote all the time");
  }
  Written written;
  CO_TRY(written.until, co_await wal_->end(deadline));
  here_.reset();
  CO_TRY_OK(co_await files_->bring_back(*home_, deadline));
  CO_TRY_OK(co_await connect(deadline));
  CO_TRY(const auto files, co_await catalog_->read_files(*here_, deadline));
  for (Table& table : tables_) table.file = files.at(table.oid);
  co_return written;
}

std::vector<const PostgresSnapshot::Table*> PostgresSnapshot::changed(const Written& written,
                                                                      bool unlogged) const {
  std::vector<const Table*> tables;
  for (const Table& table : tables_) {
    if (table.needs_files) continue;
    if (written.has(table.file) || (unlogged && table.unlogged)) tables.push_back(&table);
  }
  return tables;
}

// The transaction that did it.
Task<Result<std::string>> PostgresSnapshot::put_back(std::vector<const Table*> tables,
                                                     Deadline deadline) {
  std::string script;
  for (const Table* table : tables) script += table->empty + table->fill;
  std::vector<net::Cell> none;
  CO_TRY_OK(co_await here_->script(kBegin, deadline));
  CO_TRY(const Rows own, co_await here_->query(kOwnTransaction, none, deadline));
  CO_TRY_OK(co_await here_->script(script + kSetSequences + "COMMIT", deadline));
  co_return *own.cells[0][0];
}

}  // namespace peregrine::system
