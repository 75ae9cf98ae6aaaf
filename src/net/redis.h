// A client of Redis on the loop, in RESP3, or RESP2 where the server has no RESP3 (before 6).
//
//   CO_TRY(RedisTarget target, parse_redis_url("redis://:secret@127.0.0.1:6379/2"));
//   CO_TRY(RedisConnection redis, co_await RedisConnection::connect(loop, target, deadline));
//   CO_TRY(base::Value count, co_await redis.command({"INCR", "visits"}, deadline));
//
// What the server refuses is Code::refused with its own words ("WRONGTYPE Operation against …") and
// leaves the connection as it was. A deadline that passes, a lost connection and an answer that is
// no RESP or beyond its limits leave it unusable: answers could no longer be told apart.
//
// Pushes (messages of channels, invalidations) come between answers: up to kKeptPushes wait for
// next_push(), of more the oldest are dropped.
//
// One thread: the loop's, which outlives the connection. One command, pipeline, subscription or
// wait for a push at a time; the connection stays where it is until its task has ended.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "io/socket.h"
#include "io/stream.h"
#include "wire/resp.h"

namespace peregrine::net {

inline constexpr size_t kMaxPipeline = 100'000;  // commands
inline constexpr size_t kKeptPushes = 1000;

struct RedisLogin {
  std::string user{};      // empty: the default user
  std::string password{};  // empty: no AUTH
  uint32_t database = 0;
  wire::resp::Version version = wire::resp::Version::resp3;  // asked for
  wire::resp::Limits reply{};                                // of each answer
};

struct RedisTarget {
  io::Address address{};  // the host may be a name
  RedisLogin login{};
};
// "redis://user:password@host:port/database", "redis+unix://:password@/path/of/socket?db=2" and
// "unix://…" for the same; everything but the scheme may be left out: 127.0.0.1:6379, database 0.
// User and password are percent-encoded. Fails with Code::invalid.
base::Result<RedisTarget> parse_redis_url(std::string_view url);

class RedisConnection {
 public:
  using Command = wire::resp::Command;  // the name and its arguments, any bytes

  // Connects, then logs in and chooses the database.
  static io::Task<base::Result<RedisConnection>> connect(io::Loop& loop, RedisTarget to,
                                                         io::Deadline deadline);
  // The same over a stream that is there.
  static io::Task<base::Result<RedisConnection>> over(std::unique_ptr<io::Stream> stream,
                                                      RedisLogin login, io::Deadline deadline);

  // The answer; to_value() in redis_value.h says what becomes of its kinds. Fails with
  // Code::invalid for what is no question with one answer: an empty command, SUBSCRIBE and its
  // like, MONITOR, SYNC, CLIENT REPLY.
  io::Task<base::Result<base::Value>> command(Command command, io::Deadline deadline);
  // All are sent at once, while answers are read; one for each, errors among them. Fails as a whole
  // for a lost connection, and Code::invalid for more than kMaxPipeline.
  io::Task<base::Result<std::vector<base::Result<base::Value>>>> pipeline(
      std::vector<Command> commands, io::Deadline deadline);

  // Subscribes to channels ("SUBSCRIBE"), patterns ("PSUBSCRIBE") or shard channels ("SSUBSCRIBE"),
  // or ends that ("UNSUBSCRIBE", …). Ends when the server has confirmed each. RESP3 only.
  io::Task<base::Result<>> subscribe(Command command, io::Deadline deadline);
  // The oldest push, a list: ["message", channel, text].
  io::Task<base::Result<base::Value>> next_push(io::Deadline deadline);

  bool usable() const { return usable_; }
  wire::resp::Version version() const { return version_; }
  size_t dropped_pushes() const { return dropped_pushes_; }

 private:
  using Reply = wire::resp::Value;
  RedisConnection(std::unique_ptr<io::Stream> stream, RedisLogin login);

  io::Task<base::Result<>> log_in(RedisLogin login, io::Deadline deadline);
  io::Task<base::Result<std::vector<Reply>>> exchange(std::vector<Command> commands,
                                                      io::Deadline deadline);
  io::Task<base::Result<std::vector<Reply>>> replies(size_t count, io::Deadline deadline);
  io::Task<base::Result<Reply>> receive(io::Deadline deadline);
  void keep_push(Reply push);
  base::Result<> check_usable() const;

  std::unique_ptr<io::Stream> stream_;
  wire::resp::Version version_;
  wire::resp::ReplyReader reader_;
  std::vector<char> buffer_;
  std::string_view received_;  // in buffer_, not read yet
  std::deque<base::Value> pushes_;
  size_t dropped_pushes_ = 0;
  bool usable_ = true;
};

}  // namespace peregrine::net
