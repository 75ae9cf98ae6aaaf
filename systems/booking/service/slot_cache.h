// Cal.com's free slots, kept in Redis for a minute, so that not every question goes to Cal.com.
//
//   slots:2 = {"203 1749427200 1749513600": "[1749456000, …]"}   a hash for each member of staff:
//                                                            event type, from, to → starts
//
// It is a cache: the service works without Redis. What fails is logged once, until it works again,
// and for kPause after a failure nothing is asked.
//
// One thread: the loop's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/service/counters.h"
#include "io/mutex.h"
#include "net/redis.h"

namespace peregrine::booking {

// Which slots: of a member of staff for a service, in a span of time.
struct SlotSpan {
  std::string staff;
  int64_t event_type = 0;
  base::WallTime from;
  base::WallTime to;
};

class SlotCache {
 public:
  static constexpr base::Duration kPause = std::chrono::seconds(1);
  static constexpr int kSecondsKept = 60;

  // `patience` with one command.
  SlotCache(io::Loop& loop, Counters& counters, net::RedisTarget at, base::Duration patience);

  io::Task<std::optional<std::vector<base::WallTime>>> get(SlotSpan span);
  // Keeps what was asked of Cal.com when forgotten() was this: what has been forgotten since would
  // be kept again otherwise.
  io::Task<void> put(SlotSpan span, std::vector<base::WallTime> slots, uint64_t forgotten);
  // After a booking: the member of staff is no longer free at that time for anything.
  io::Task<void> forget(std::string staff);
  uint64_t forgotten() const { return forgotten_; }

 private:
  io::Task<base::Result<base::Value>> command(net::RedisConnection::Command command);
  io::Task<base::Result<base::Value>> ask(net::RedisConnection::Command command);
  void note(bool works, const std::string& error);

  io::Loop& loop_;
  Counters& counters_;
  net::RedisTarget at_;
  base::Duration patience_;
  io::Mutex one_at_a_time_;
  std::optional<net::RedisConnection> redis_;
  base::Instant not_before_{};
  bool works_ = true;
  uint64_t forgotten_ = 0;
};

}  // namespace peregrine::booking
