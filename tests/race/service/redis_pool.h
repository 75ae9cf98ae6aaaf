// A bounded set of connections to Redis: made when first needed, kept, lent out. Most requests take
// one for a single command, those that watch keys for several.
//
// One thread: the loop's, which outlives the pool. All leases end before the pool does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/redis.h"

namespace peregrine::racing {

class RedisPool {
 public:
  using Command = net::RedisConnection::Command;

  RedisPool(io::Loop& loop, net::RedisTarget to, size_t size)
      : loop_(loop), to_(std::move(to)), size_(size), returned_(loop) {}

  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) = delete;
    ~Lease();
    io::Task<base::Result<base::Value>> ask(Command command) {
      return connection_->command(std::move(command), deadline_);
    }

   private:
    friend class RedisPool;
    Lease(RedisPool& pool, io::Deadline deadline) : pool_(&pool), deadline_(deadline) {
      ++pool.lent_;
    }

    RedisPool* pool_;
    io::Deadline deadline_;
    std::optional<net::RedisConnection> connection_{};
  };

  // The deadline is for the wait and for all that is asked.
  io::Task<base::Result<Lease>> acquire();
  // One command, on whichever is free.
  io::Task<base::Result<base::Value>> ask(Command command);

 private:
  io::Loop& loop_;
  net::RedisTarget to_;
  size_t size_;
  size_t lent_ = 0;
  std::vector<net::RedisConnection> idle_;
  io::Signal returned_;
};

// What GET gives of a number; 0 where there is no key.
int64_t number_of(const base::Value& reply);

}  // namespace peregrine::racing
