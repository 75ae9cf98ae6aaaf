// What a database held after schema and seed and the start of the services, put back between
// plays. Only what was written since is touched, as the server's own log tells (postgres_wal.h),
// and the connections of the services stay.
//
// Restored are rows, sequences, large objects, materialized views and every definition there is in
// the database. A copy of the rows is kept in its schema `peregrine_snapshot`, a copy of the whole
// database as files. The files are used where rows do not do: a definition has changed, a
// materialized view was refreshed, or a table was written whose triggers or rules fire even for
// replicas. That ends the connections of the services.
//
// Not restored: roles, settings of roles, databases and the server, other databases; what a session
// holds (temporary tables, numbers that it took ahead from a sequence with CACHE, session locks).
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/postgres.h"
#include "system/postgres.h"
#include "system/postgres_catalog.h"
#include "system/postgres_files.h"
#include "system/postgres_wal.h"

namespace peregrine::system {

class PostgresSnapshot {
 public:
  // What it took to put all back.
  struct Restored {
    size_t tables = 0;                 // whose rows were put back
    bool from_files = false;           // then every session was ended
    std::vector<std::string> ended{};  // transactions still open: the last statement of each
  };

  // `server` outlives it. Whoever writes meanwhile is waited for, a moment; who goes on costs the
  // copy as files, and with it what only that can restore.
  static io::Task<base::Result<std::unique_ptr<PostgresSnapshot>>> take(PrivatePostgres& server,
                                                                        std::string database,
                                                                        io::Deadline deadline);

  // Waits a moment for transactions that are open, then ends them and their sessions. Rows are put
  // back in one transaction, with triggers and foreign keys still; who writes meanwhile has that
  // put back too, unless it goes on and on. Fails with Code::refused when the files are needed and
  // there are none.
  io::Task<base::Result<Restored>> restore(io::Deadline deadline);

  // The tables, by oid, whose rows may be others than the snapshot's, once it was restored; nothing
  // when that cannot be told, so that all may.
  io::Task<base::Result<std::optional<std::set<uint32_t>>>> written(io::Deadline deadline);

  size_t tables() const { return tables_.size(); }

 private:
  struct Table {
    uint32_t oid;
    uint32_t file;
    std::string empty;  // a statement
    std::string fill;   // another
    bool unlogged;      // its rows are in no log
    bool needs_files;   // its rows cannot be put back, or not without side effects
  };

  PostgresSnapshot(PrivatePostgres& server, std::string database);
  io::Task<base::Result<>> connect(io::Deadline deadline);
  io::Task<base::Result<bool>> take_once(io::Deadline deadline);
  io::Task<base::Result<std::string>> copy_rows(io::Deadline deadline);
  io::Task<base::Result<std::string>> sequence_copies(io::Deadline deadline);
  io::Task<base::Result<>> end_transactions(Restored& restored, io::Deadline deadline);
  io::Task<base::Result<bool>> needs_files(PostgresWal::Written& written, io::Deadline deadline);
  io::Task<base::Result<PostgresWal::Written>> bring_back_files(io::Deadline deadline);
  std::vector<const Table*> changed(const PostgresWal::Written& written, bool unlogged) const;
  io::Task<base::Result<std::string>> put_back(std::vector<const Table*> tables,
                                               io::Deadline deadline);

  PrivatePostgres& server_;
  std::string database_;
  std::unique_ptr<net::PostgresConnection> home_;  // to `postgres`, which no service uses
  std::unique_ptr<net::PostgresConnection> here_;  // to the database
  std::optional<PostgresWal> wal_;
  std::optional<PostgresCatalog> catalog_;
  std::optional<PostgresFiles> files_;  // none when somebody wrote all the time
  std::vector<Table> tables_;
  std::string mark_;  // what was written to the log before it is known
  std::string own_;   // the transaction after the mark that is this snapshot's, if any
};

}  // namespace peregrine::system
