// What a Redis held when the services had started, in all of its databases, put back between plays.
// The connections of the services stay, with what they are subscribed to and wait for.
//
// Restored: every key with its value, of whatever type, and the time that it has still to live,
// counted anew from the reset. Not restored: scripts and functions (they stay, for clients remember
// that they have loaded them), settings, users, and how long a key was not used.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/redis.h"

namespace peregrine::system {

class RedisSnapshot {
 public:
  static constexpr size_t kMostKeys = 50'000;
  static constexpr size_t kMostBytes = size_t{256} << 20;

  // Holds writes back meanwhile (from Redis 6.2 on). Fails with Code::limit for more than that.
  // Afterwards the connection is at database 0.
  static io::Task<base::Result<RedisSnapshot>> take(net::RedisConnection& connection,
                                                    io::Deadline deadline);

  // Puts everything back at once: nobody sees half of it. Afterwards the connection is at
  // database 0.
  io::Task<base::Result<>> restore(net::RedisConnection& connection, io::Deadline deadline);

  size_t keys() const { return keys_.size(); }

 private:
  struct Key {
    int64_t database;
    std::string name;
    std::string dump;
    int64_t lives_ms;  // 0: for ever
  };
  using Commands = std::vector<net::RedisConnection::Command>;

  static io::Task<base::Result<>> take_database(net::RedisConnection& connection, int64_t database,
                                                RedisSnapshot& into, io::Deadline deadline);
  static io::Task<base::Result<>> take_keys(net::RedisConnection& connection, int64_t database,
                                            std::vector<std::string> names, RedisSnapshot& into,
                                            io::Deadline deadline);
  Commands commands() const;

  std::vector<Key> keys_;
  size_t bytes_ = 0;
};

}  // namespace peregrine::system
