#include "net/redis.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "io/resolver.h"
#include "io/scope.h"
#include "net/redis_value.h"

namespace peregrine::net {

using base::Code;
using base::Error;
using base::fail;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;
using wire::resp::Kind;
using wire::resp::Version;

namespace {

constexpr size_t kReceiveBytes = 16 * 1024;
// Commands up to this size are sent before their answers are read: any kernel takes as much.
constexpr size_t kSentAtOnce = 16 * 1024;

bool is_error(const wire::resp::Value& reply) {
  return reply.kind == Kind::error || reply.kind == Kind::bulk_error;
}

Result<Value> to_result(wire::resp::Value reply) {
  if (is_error(reply)) return std::unexpected(Error{Code::refused, std::move(reply.text)});
  return to_value(std::move(reply));
}

bool is_subscription(std::string_view name) {
  constexpr std::array<std::string_view, 6> kNames{"subscribe",   "psubscribe",   "ssubscribe",
                                                   "unsubscribe", "punsubscribe", "sunsubscribe"};
  return std::ranges::find(kNames, name) != kNames.end();
}

// Whether a command has exactly one answer.
Result<> check_command(const RedisConnection::Command& command) {
  if (command.empty()) return fail(Code::invalid, "a command of Redis has a name");
  const std::string name = base::lowercase(command[0]);
  const bool silent =
      name == "client" && command.size() > 1 && base::lowercase(command[1]) == "reply";
  if (is_subscription(name) || name == "monitor" || name == "sync" || name == "psync" || silent) {
    return fail(Code::invalid, "{} is no question with one answer, and is not sent as one",
                base::shortened(command[0], 100));
  }
  return {};
}

Result<> check_push(const wire::resp::Value& reply) {
  if (reply.kind == Kind::push) return {};
  return fail(Code::protocol, "Redis gave an answer that nobody asked for");
}

Task<void> send_all(io::Stream& stream, const std::string& bytes, Deadline deadline) {
  // A failure shows where the answers are received.
  if (!co_await stream.send(bytes, deadline)) stream.abort();
}

}  // namespace

RedisConnection::RedisConnection(std::unique_ptr<io::Stream> stream, RedisLogin login)
    : stream_(std::move(stream)),
      version_(Version::resp2),
      reader_(login.reply),
      buffer_(kReceiveBytes) {}

Task<Result<RedisConnection>> RedisConnection::connect(io::Loop& loop, RedisTarget to,
                                                       Deadline deadline) {
  const io::Address& at = to.address;
  io::Task<Result<io::Socket>> connecting =
      at.path.empty() ? io::connect_to_host(loop, at.host, at.port, deadline)
                      : io::Socket::connect(loop, at, deadline);
  Result<io::Socket> socket = co_await std::move(connecting);
  if (!socket) {
    co_return base::because(std::move(socket).error(),
                            fmt::format("no connection to the Redis at {}", at.to_string()));
  }
  co_return co_await over(std::make_unique<io::Socket>(*std::move(socket)), std::move(to.login),
                          deadline);
}

Task<Result<RedisConnection>> RedisConnection::over(std::unique_ptr<io::Stream> stream,
                                                    RedisLogin login, Deadline deadline) {
  RedisConnection connection(std::move(stream), login);
  CO_TRY_OK(co_await connection.log_in(std::move(login), deadline));
  co_return std::move(connection);
}

Task<Result<>> RedisConnection::log_in(RedisLogin login, Deadline deadline) {
  const std::string user = login.user.empty() ? "default" : login.user;
  if (login.version == Version::resp3) {
    Command hello{"HELLO", "3"};
    if (!login.password.empty()) hello.insert(hello.end(), {"AUTH", user, login.password});
    Result<Value> answer = co_await command(std::move(hello), deadline);
    if (answer) version_ = Version::resp3;
    // An older server does not know HELLO, or not RESP3, and is spoken to in RESP2.
    const bool older = !answer && answer.error().code == Code::refused &&
                       (answer.error().text.starts_with("NOPROTO") ||
                        answer.error().text.starts_with("ERR unknown command"));
    if (!answer && !older)
      co_return base::because(std::move(answer).error(), "Redis refuses HELLO");
  }
  if (version_ == Version::resp2 && !login.password.empty()) {
    // Servers before 6 know no users.
    Command auth{"AUTH", login.password};
    if (!login.user.empty()) auth.insert(auth.begin() + 1, login.user);
    Result<Value> answer = co_await command(std::move(auth), deadline);
    if (!answer) co_return base::because(std::move(answer).error(), "Redis refuses AUTH");
  }
  if (login.database != 0) {
    Result<Value> answer = co_await command({"SELECT", std::to_string(login.database)}, deadline);
    if (!answer) {
      co_return base::because(std::move(answer).error(),
                              fmt::format("Redis refuses its database {}", login.database));
    }
  }
  co_return Result<>{};
}

Task<Result<Value>> RedisConnection::command(Command command, Deadline deadline) {
  std::vector<Command> one;
  one.push_back(std::move(command));
  CO_TRY(std::vector<Reply> replies, co_await exchange(std::move(one), deadline));
  co_return to_result(std::move(replies.front()));
}

Task<Result<std::vector<Result<Value>>>> RedisConnection::pipeline(std::vector<Command> commands,
                                                                   Deadline deadline) {
  if (commands.size() > kMaxPipeline) {
    co_return fail(Code::invalid, "{} commands are too many for a pipeline: {} are the most",
                   commands.size(), kMaxPipeline);
  }
  CO_TRY(std::vector<Reply> replies, co_await exchange(std::move(commands), deadline));
  std::vector<Result<Value>> results;
  results.reserve(replies.size());
  for (Reply& reply : replies) results.push_back(to_result(std::move(reply)));
  co_return results;
}

// Sends, and reads the answers while it sends: what is between us and Redis may hold only so much.
Task<Result<std::vector<wire::resp::Value>>> RedisConnection::exchange(
    std::vector<Command> commands, Deadline deadline) {
  CO_TRY_OK(check_usable());
  std::string bytes;
  for (const Command& one : commands) {
    CO_TRY_OK(check_command(one));
    wire::resp::append(bytes, one);
  }
  // From here on until all answers are there nobody knows which answer would be the next.
  usable_ = false;
  io::Scope sending(stream_->loop());
  if (bytes.size() <= kSentAtOnce) {
    CO_TRY_OK(co_await stream_->send(bytes, deadline));
  } else {
    sending.spawn(send_all(*stream_, bytes, deadline));
  }
  Result<std::vector<Reply>> result = co_await replies(commands.size(), deadline);
  if (!result) {
    co_return base::because(
        std::move(result).error(),
        fmt::format("Redis did not answer {}", base::shortened(commands.front().front(), 100)));
  }
  CO_TRY_OK(co_await sending.join(deadline));
  usable_ = true;
  co_return result;
}

Task<Result<std::vector<wire::resp::Value>>> RedisConnection::replies(size_t count,
                                                                      Deadline deadline) {
  std::vector<Reply> result;
  result.reserve(count);
  while (result.size() < count) {
    CO_TRY(Reply reply, co_await receive(deadline));
    if (reply.kind == Kind::push) {
      keep_push(std::move(reply));
    } else {
      result.push_back(std::move(reply));
    }
  }
  co_return result;
}

Task<Result<wire::resp::Value>> RedisConnection::receive(Deadline deadline) {
  for (;;) {
    CO_TRY(const size_t used, reader_.feed(received_));
    received_.remove_prefix(used);
    if (reader_.done()) co_return reader_.take();
    CO_TRY(const size_t size, co_await stream_->receive(buffer_, deadline));
    if (size == 0) co_return fail(Code::closed, "Redis has closed the connection");
    received_ = {buffer_.data(), size};
  }
}

Task<Result<>> RedisConnection::subscribe(Command command, Deadline deadline) {
  CO_TRY_OK(check_usable());
  const std::string kind = command.empty() ? "" : base::lowercase(command[0]);
  if (!is_subscription(kind) || command.size() < 2) {
    co_return fail(Code::invalid, "{} and names are needed to subscribe to something", "SUBSCRIBE");
  }
  if (version_ != Version::resp3) {
    co_return fail(Code::invalid, "this Redis speaks RESP2, where subscribing takes a connection");
  }
  std::string bytes;
  wire::resp::append(bytes, command);
  usable_ = false;
  CO_TRY_OK(co_await stream_->send(bytes, deadline));
  for (size_t confirmed = 0; confirmed + 1 < command.size();) {
    CO_TRY(Reply reply, co_await receive(deadline));
    if (is_error(reply)) {
      usable_ = true;
      co_return fail(Code::refused, "{}", reply.text);
    }
    CO_TRY_OK(check_push(reply));
    if (!reply.elements.empty() && reply.elements.front().text == kind) {
      ++confirmed;
    } else {
      keep_push(std::move(reply));
    }
  }
  usable_ = true;
  co_return Result<>{};
}

Task<Result<Value>> RedisConnection::next_push(Deadline deadline) {
  while (pushes_.empty()) {
    CO_TRY_OK(check_usable());
    Result<Reply> reply = co_await receive(deadline);
    if (!reply) {
      // A wait that was given up has taken nothing, or left a push half read to go on with.
      const Code code = reply.error().code;
      usable_ = code == Code::timeout || code == Code::cancelled;
      co_return std::unexpected(std::move(reply).error());
    }
    if (Result<> is_push = check_push(*reply); !is_push) {
      usable_ = false;
      co_return std::unexpected(std::move(is_push).error());
    }
    keep_push(*std::move(reply));
  }
  Value push = std::move(pushes_.front());
  pushes_.pop_front();
  co_return push;
}

void RedisConnection::keep_push(Reply push) {
  if (pushes_.size() == kKeptPushes) {
    pushes_.pop_front();
    ++dropped_pushes_;
  }
  pushes_.push_back(to_value(std::move(push)));
}

Result<> RedisConnection::check_usable() const {
  if (usable_) return {};
  return fail(Code::closed, "the connection to Redis was lost or given up");
}

}  // namespace peregrine::net
