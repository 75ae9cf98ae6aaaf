// A private Redis of the system.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boundary/redis_proxy.h"
#include "net/redis.h"
#include "system/redis.h"
#include "system/redis_snapshot.h"
#include "system/running_database.h"

namespace peregrine::system {

class RunningRedis final : public RunningDatabase {
 public:
  static io::Task<base::Result<std::unique_ptr<RunningDatabase>>> start(
      Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address at,
      io::Deadline deadline);
  ~RunningRedis() override;

  base::Map where() const override;
  pid_t pid() const override { return server_->process().pid(); }
  io::Task<base::Result<>> take_snapshot(io::Deadline deadline) override;
  io::Task<base::Result<>> reset(io::Deadline deadline) override;
  std::optional<std::string> ended() const override { return server_->ended(); }
  io::Task<void> stop(io::Deadline deadline) override;
  io::Task<base::Result<bool>> waits(uint64_t session, io::Deadline deadline) override;
  io::Task<base::Result<std::vector<boundary::Touch>>> held(uint64_t session,
                                                            io::Deadline deadline) override;
  io::Task<base::Result<std::map<std::string, std::string>>> parts(const Drawn& drawn,
                                                                   io::Deadline deadline) override;
  io::Task<base::Result<std::string>> digest(const std::set<std::string>& without,
                                             const Drawn& drawn, io::Deadline deadline) override;

  // A command with one answer, as RedisConnection::command has it. Those that come at once have a
  // connection each: one that blocks may wait for what another brings.
  io::Task<base::Result<base::Value>> command(std::vector<std::string> words,
                                              io::Deadline deadline);

 private:
  class CommandLog;

  RunningRedis(record::Timeline& timeline, const std::string& name);
  io::Task<base::Result<net::RedisConnection>> take_connection(io::Deadline deadline);
  void give_back(net::RedisConnection connection);

  std::unique_ptr<CommandLog> log_;
  std::unique_ptr<PrivateRedis> server_;
  std::unique_ptr<boundary::RedisProxy> proxy_;  // null: services reach the server itself
  io::Address at_;                               // where services reach it
  std::vector<net::RedisConnection> idle_;
  std::optional<RedisSnapshot> snapshot_;
};

}  // namespace peregrine::system
