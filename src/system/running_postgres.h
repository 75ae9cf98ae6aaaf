// A private PostgreSQL of the system.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boundary/postgres_proxy.h"
#include "io/mutex.h"
#include "net/postgres.h"
#include "system/postgres.h"
#include "system/postgres_snapshot.h"
#include "system/running_database.h"

namespace peregrine::system {

class RunningPostgres final : public RunningDatabase {
 public:
  // Runs schema and seed.
  static io::Task<base::Result<std::unique_ptr<RunningDatabase>>> start(
      Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address proxy,
      io::Deadline deadline);
  ~RunningPostgres() override;

  base::Map where() const override;
  io::Task<base::Result<>> take_snapshot(io::Deadline deadline) override;
  io::Task<base::Result<>> reset(io::Deadline deadline) override;
  std::optional<std::string> ended() const override;
  io::Task<void> stop(io::Deadline deadline) override;

  // Those that come at once wait for each other.
  io::Task<base::Result<net::Rows>> query(std::string sql, std::vector<net::Cell> parameters,
                                          io::Deadline deadline);
  // What PostgreSQL said to the last query when it refused it. Valid until the next.
  const net::PostgresError* refusal() const;

 private:
  class StatementLog;

  RunningPostgres(io::Loop& loop, record::Timeline& timeline, const std::string& name);
  io::Task<base::Result<>> ensure_connection(io::Deadline deadline);

  record::Timeline& timeline_;
  std::string name_;
  std::unique_ptr<StatementLog> log_;
  std::unique_ptr<PrivatePostgres> server_;
  std::unique_ptr<boundary::PostgresProxy> proxy_;
  std::optional<net::PostgresConnection> connection_;
  std::unique_ptr<PostgresSnapshot> snapshot_;
  io::Mutex queries_;
};

}  // namespace peregrine::system
