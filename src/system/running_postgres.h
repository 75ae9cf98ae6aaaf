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
#include "system/postgres_contents.h"
#include "system/postgres_snapshot.h"
#include "system/running_database.h"
#include "system/statement_times.h"

namespace peregrine::system {

class RunningPostgres final : public RunningDatabase {
 public:
  // Runs schema and seed.
  static io::Task<base::Result<std::unique_ptr<RunningDatabase>>> start(
      Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address at,
      io::Deadline deadline);
  ~RunningPostgres() override;

  base::Map where() const override;
  pid_t pid() const override { return server_->process().pid(); }
  io::Task<base::Result<>> take_snapshot(io::Deadline deadline) override;
  io::Task<base::Result<>> reset(io::Deadline deadline) override;
  std::optional<std::string> ended() const override;
  io::Task<void> stop(io::Deadline deadline) override;
  io::Task<base::Result<bool>> waits(uint64_t session, io::Deadline deadline) override;
  io::Task<base::Result<std::vector<boundary::Touch>>> held(uint64_t session,
                                                            io::Deadline deadline) override;
  void add_drawn(Drawn& drawn) const override;
  io::Task<base::Result<std::map<std::string, std::string>>> parts(const Drawn& drawn,
                                                                   io::Deadline deadline) override;
  io::Task<base::Result<std::string>> digest(const std::set<std::string>& without,
                                             const Drawn& drawn, io::Deadline deadline) override;

  // Those that come at once wait for each other.
  io::Task<base::Result<net::Rows>> query(std::string sql, std::vector<net::Cell> parameters,
                                          io::Deadline deadline);
  // The same in another database of the server, of which services know nothing: what it does is not
  // counted as theirs. `$1` there is the name of their database.
  io::Task<base::Result<net::Rows>> query_beside(std::string sql, io::Deadline deadline);
  // What passed the proxy, if it observes. To be cleared by who wants to begin.
  StatementTimes& times() { return times_; }
  // What PostgreSQL said to the last query when it refused it. Valid until the next.
  const net::PostgresError* refusal() const;

 private:
  class StatementLog;

  RunningPostgres(io::Loop& loop, record::Timeline& timeline, const std::string& name);
  io::Task<base::Result<>> ensure_connection(io::Deadline deadline);
  io::Task<base::Result<>> put_in_order(io::Deadline deadline);

  record::Timeline& timeline_;
  std::string name_;
  StatementTimes times_;
  std::unique_ptr<StatementLog> log_;
  boundary::SqlReader reader_;
  std::unique_ptr<PrivatePostgres> server_;
  std::unique_ptr<boundary::PostgresProxy> proxy_;  // null: services reach the server itself
  io::Address at_;                                  // where services reach it
  std::optional<net::PostgresConnection> connection_;
  std::optional<net::PostgresConnection> beside_;
  std::unique_ptr<PostgresSnapshot> snapshot_;
  bool ordered_ = false;                      // what it holds will be compared
  std::optional<PostgresContents> contents_;  // read of what plays begin with
  io::Mutex queries_;
  io::Mutex queries_beside_;
};

}  // namespace peregrine::system
