// What a system's Redis counts of its work: INFO, and SLOWLOG, which keeps commands that took 10 ms
// or more (the server's default). Peregrine's own looks are counted by it as well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/load_observed.h"
#include "system/running_system.h"

namespace peregrine::system {

struct RedisCounters {
  uint64_t commands = 0;
  uint64_t hits = 0;
  uint64_t misses = 0;
  uint64_t evicted = 0;
  uint64_t expired = 0;
  uint64_t memory_bytes = 0;  // now
  uint64_t clients = 0;       // now
};
// Of the text that INFO answers: lines "name:value". What it does not tell is 0.
RedisCounters parse_redis_info(std::string_view text);

// Each takes one command and fails as that does. REQUIRES: the system has this Redis.
class RedisFigures {
 public:
  RedisFigures(RunningSystem& system, std::string name) : system_(system), name_(std::move(name)) {}

  io::Task<base::Result<RedisCounters>> counters(io::Deadline deadline) const;
  // The number that the next slow command gets.
  io::Task<base::Result<uint64_t>> next_slow(io::Deadline deadline) const;
  struct Slow {
    uint64_t count = 0;
    std::vector<record::LoadObserved::SlowCommand> slowest{};  // slowest first
  };
  // Those from this number on. The server keeps 128: of more the oldest are not among `slowest`.
  io::Task<base::Result<Slow>> slow_since(uint64_t number, io::Deadline deadline) const;

 private:
  RunningSystem& system_;
  std::string name_;
};

}  // namespace peregrine::system
