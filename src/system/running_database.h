// A private PostgreSQL of the system, with the proxy that services reach it through and Peregrine's
// own connection, which passes no proxy.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boundary/postgres_proxy.h"
#include "io/mutex.h"
#include "io/reaper.h"
#include "lang/system_spec.h"
#include "net/postgres.h"
#include "record/event.h"
#include "system/postgres.h"
#include "system/postgres_snapshot.h"
#include "system/private_directory.h"

namespace peregrine::system {

class RunningDatabase {
 public:
  // Starts it, runs schema and seed, listens at `proxy`. `timeline` outlives it; `clock` is what
  // the server shows.
  static io::Task<base::Result<std::unique_ptr<RunningDatabase>>> start(
      io::Loop& loop, io::Reaper& reaper, const PrivateDirectory& directory,
      const lang::DatabaseSpec& spec, io::Address proxy, const Clock& clock,
      record::Timeline& timeline, io::Deadline deadline);
  RunningDatabase(const RunningDatabase&) = delete;
  RunningDatabase& operator=(const RunningDatabase&) = delete;
  ~RunningDatabase();

  // What templates read of it: `url host port user password name`.
  base::Map where() const;
  // Remembers what all tables hold now, which reset() puts back.
  io::Task<base::Result<>> take_snapshot(io::Deadline deadline);
  // REQUIRES: a snapshot was taken.
  io::Task<base::Result<>> reset(io::Deadline deadline);
  // Those that come at once wait for each other.
  io::Task<base::Result<net::Rows>> query(std::string sql, std::vector<net::Cell> parameters,
                                          io::Deadline deadline);
  // What PostgreSQL said to the last query when it refused it. Valid until the next.
  const net::PostgresError* refusal() const;
  io::Task<void> stop(io::Deadline deadline);

 private:
  class StatementLog;

  RunningDatabase(io::Loop& loop, record::Timeline& timeline, const std::string& name);
  io::Task<base::Result<>> ensure_connection(io::Deadline deadline);

  std::unique_ptr<StatementLog> log_;
  std::unique_ptr<PrivatePostgres> server_;
  std::unique_ptr<boundary::PostgresProxy> proxy_;
  std::optional<net::PostgresConnection> connection_;
  std::optional<PostgresSnapshot> snapshot_;
  io::Mutex queries_;
};

}  // namespace peregrine::system
