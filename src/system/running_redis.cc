#include "system/running_redis.h"

#include <fmt/core.h>

#include "base/digest.h"

namespace peregrine::system {

using base::Result;
using base::Value;
using record::Event;

namespace {

std::string text_of(const Value& value) {
  if (value.is_text()) return value.as_text();
  return value.kind() == base::Kind::bytes ? value.as_bytes() : std::string();
}

constexpr size_t kMostIdle = 8;  // connections of Peregrine's own

// A line of the server's log without its own process and time, which the timeline has:
// "7:M 29 Nov 2026 00:38:39.476 * Ready to accept connections".
std::string_view message_of(std::string_view line) {
  constexpr size_t kPrefixBytes = 50;
  for (std::string_view level : {" # ", " * ", " - ", " . "}) {
    const size_t at = line.substr(0, kPrefixBytes).find(level);
    if (at != std::string_view::npos) return line.substr(at + level.size());
  }
  return line;
}

}  // namespace

// Tells the timeline what services ask, and what the server logs.
class RunningRedis::CommandLog final : public boundary::CommandObserver {
 public:
  CommandLog(record::Timeline& timeline, std::string source)
      : timeline_(timeline), source_(std::move(source)) {}

  void command(const boundary::CommandSeen& seen) override {
    timeline_.add({.at = seen.started,
                   .kind = seen.pushed ? Event::Kind::received : Event::Kind::command,
                   .source = source_,
                   .text = seen.text,
                   .detail = "",
                   .outcome = seen.outcome,
                   .failed = seen.failed,
                   .cause = {.connection = seen.connection}});
  }

  void lost(uint64_t connection, const std::string& why) override {
    line(fmt::format("(what connection {} asks from here on is not told: {})", connection, why));
  }

  void line(const std::string& text) {
    timeline_.add({base::monotonic_now(), Event::Kind::log, source_, text, "", "", false});
  }

 private:
  record::Timeline& timeline_;
  std::string source_;
};

RunningRedis::RunningRedis(record::Timeline& timeline, const std::string& name)
    : log_(std::make_unique<CommandLog>(timeline, name)) {}

RunningRedis::~RunningRedis() = default;

io::Task<Result<std::unique_ptr<RunningDatabase>>> RunningRedis::start(
    Surroundings surroundings, const lang::DatabaseSpec& spec, io::Address at,
    io::Deadline deadline) {
  auto& [loop, reaper, directory, clock, timeline, crossing, tls, observe, count, ordered, direct] =
      surroundings;
  std::unique_ptr<RunningRedis> database(new RunningRedis(timeline, spec.name));
  auto on_line = [log = database->log_.get()](const std::string& line) {
    log->line(std::string(message_of(line)));
  };
  RedisOptions options{spec.name, "", &clock};
  if (direct) options.listen = at;
  CO_TRY(database->server_,
         co_await PrivateRedis::start(loop, reaper, directory, std::move(options),
                                      std::move(on_line), deadline));
  database->at_ = at;
  if (direct) co_return std::move(database);
  CO_TRY(database->proxy_,
         boundary::RedisProxy::open(loop, crossing,
                                    {.at = std::move(at),
                                     .server_socket = database->server_->socket_path(),
                                     .name = spec.name,
                                     .observer = observe ? database->log_.get() : nullptr}));
  co_return std::move(database);
}

base::Map RunningRedis::where() const {
  return base::Map{{"url", server_->url_at(at_.host, at_.port)},
                   {"host", at_.host},
                   {"port", at_.port},
                   {"user", "default"},
                   {"password", server_->password()},
                   {"name", "0"}};
}

io::Task<Result<>> RunningRedis::take_snapshot(io::Deadline deadline) {
  CO_TRY(net::RedisConnection connection, co_await take_connection(deadline));
  CO_TRY(snapshot_, co_await RedisSnapshot::take(connection, deadline));
  give_back(std::move(connection));
  co_return Result<>{};
}

io::Task<Result<>> RunningRedis::reset(io::Deadline deadline) {
  CO_TRY(net::RedisConnection connection, co_await take_connection(deadline));
  CO_TRY_OK(co_await snapshot_->restore(connection, deadline));
  give_back(std::move(connection));
  co_return Result<>{};
}

io::Task<Result<Value>> RunningRedis::command(std::vector<std::string> words,
                                              io::Deadline deadline) {
  CO_TRY(net::RedisConnection connection, co_await take_connection(deadline));
  Result<Value> answer = co_await connection.command(std::move(words), deadline);
  give_back(std::move(connection));
  co_return answer;
}

io::Task<void> RunningRedis::stop(io::Deadline deadline) {
  idle_.clear();
  proxy_.reset();
  co_await server_->stop(deadline);
}

// Which of its clients waits for a list, a key or a message Redis does not tell by connection.
io::Task<Result<bool>> RunningRedis::waits(uint64_t, io::Deadline deadline) {
  CO_TRY(const Value told, co_await command({"INFO", "clients"}, deadline));
  co_return told.is_text() && !told.as_text().contains("blocked_clients:0");
}

io::Task<Result<std::vector<boundary::Touch>>> RunningRedis::held(uint64_t, io::Deadline) {
  co_return std::vector<boundary::Touch>();
}

// Of each key that stays the value as DUMP has it. One with a time to live may go at any moment, so
// that whoever reads it has to be right without it: it is no part of what is compared.
io::Task<Result<std::map<std::string, std::string>>> RunningRedis::parts(const Drawn&,
                                                                         io::Deadline deadline) {
  std::map<std::string, std::string> all;
  CO_TRY(const Value keys, co_await command({"KEYS", "*"}, deadline));
  if (!keys.is_list()) co_return all;
  for (const Value& key : keys.as_list()) {
    const std::string name = text_of(key);
    CO_TRY(const Value left, co_await command({"PTTL", name}, deadline));
    if (left.kind() == base::Kind::int64 && left.as_int() >= 0) continue;
    CO_TRY(const Value dumped, co_await command({"DUMP", name}, deadline));
    all[name] = base::sha256_hex(text_of(dumped));
  }
  co_return all;
}

io::Task<Result<std::string>> RunningRedis::digest(const std::set<std::string>& without,
                                                   const Drawn& drawn, io::Deadline deadline) {
  CO_TRY(const auto all, co_await parts(drawn, deadline));
  std::string digest;
  for (const auto& [name, value] : all) {
    if (!without.contains(name)) digest += name + " " + value + "\n";
  }
  co_return digest;
}

io::Task<Result<net::RedisConnection>> RunningRedis::take_connection(io::Deadline deadline) {
  if (idle_.empty()) co_return co_await server_->connect(deadline);
  net::RedisConnection connection = std::move(idle_.back());
  idle_.pop_back();
  co_return std::move(connection);
}

void RunningRedis::give_back(net::RedisConnection connection) {
  if (connection.usable() && idle_.size() < kMostIdle) idle_.push_back(std::move(connection));
}

}  // namespace peregrine::system
