#include "system/redis_snapshot.h"

#include <fmt/core.h>

#include <charconv>
#include <utility>

#include "base/text.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;
using base::Value;
using io::Deadline;
using io::Task;
using net::RedisConnection;

namespace {

constexpr std::string_view kPauseMs = "10000";  // at most, should the end of the pause be lost
constexpr std::string_view kKeysAtOnce = "1000";

// A text of Redis is bytes to us where it is not UTF-8.
std::string to_bytes(const Value& value) {
  if (value.is_text()) return value.as_text();
  return value.kind() == base::Kind::bytes ? value.as_bytes() : "";
}

// "db0:keys=1,expires=0,avg_ttl=0" in each line: the numbers of the databases that have keys.
std::vector<int64_t> databases_in(std::string_view keyspace) {
  std::vector<int64_t> numbers;
  for (std::string_view line : base::split(keyspace, '\n')) {
    if (!line.starts_with("db")) continue;
    int64_t number = 0;
    const auto read = std::from_chars(line.data() + 2, line.data() + line.size(), number);
    if (read.ec == std::errc()) numbers.push_back(number);
  }
  return numbers;
}

}  // namespace

Task<Result<RedisSnapshot>> RedisSnapshot::take(RedisConnection& connection, Deadline deadline) {
  RedisSnapshot snapshot;
  // Refused by servers before 6.2, which cannot pause writes alone.
  const Result<Value> paused =
      co_await connection.command({"CLIENT", "PAUSE", std::string(kPauseMs), "WRITE"}, deadline);
  CO_TRY(const Value keyspace, co_await connection.command({"INFO", "keyspace"}, deadline));
  const std::vector<int64_t> databases = databases_in(to_bytes(keyspace));
  for (const int64_t database : databases) {
    CO_TRY_OK(co_await take_database(connection, database, snapshot, deadline));
  }
  if (!databases.empty()) CO_TRY_OK(co_await connection.command({"SELECT", "0"}, deadline));
  if (paused) CO_TRY_OK(co_await connection.command({"CLIENT", "UNPAUSE"}, deadline));
  co_return std::move(snapshot);
}

Task<Result<>> RedisSnapshot::take_database(RedisConnection& connection, int64_t database,
                                            RedisSnapshot& into, Deadline deadline) {
  CO_TRY_OK(co_await connection.command({"SELECT", std::to_string(database)}, deadline));
  std::string cursor = "0";
  do {
    CO_TRY(const Value page, co_await connection.command(
                                 {"SCAN", cursor, "COUNT", std::string(kKeysAtOnce)}, deadline));
    cursor = to_bytes(page.as_list().at(0));
    std::vector<std::string> names;
    for (const Value& name : page.as_list().at(1).as_list()) names.push_back(to_bytes(name));
    CO_TRY_OK(co_await take_keys(connection, database, std::move(names), into, deadline));
  } while (cursor != "0");
  co_return Result<>{};
}

Task<Result<>> RedisSnapshot::take_keys(RedisConnection& connection, int64_t database,
                                        std::vector<std::string> names, RedisSnapshot& into,
                                        Deadline deadline) {
  if (names.empty()) co_return Result<>{};
  Commands ask;
  for (const std::string& name : names) {
    ask.push_back({"DUMP", name});
    ask.push_back({"PTTL", name});
  }
  CO_TRY(auto answers, co_await connection.pipeline(std::move(ask), deadline));
  for (size_t i = 0; i < names.size(); ++i) {
    CO_TRY(const Value dump, std::move(answers[2 * i]));
    CO_TRY(const Value lives, std::move(answers[2 * i + 1]));
    if (dump.is_null()) continue;  // it has expired meanwhile
    Key key{database, std::move(names[i]), to_bytes(dump), std::max<int64_t>(lives.as_int(), 0)};
    into.bytes_ += key.name.size() + key.dump.size();
    into.keys_.push_back(std::move(key));
  }
  if (into.keys_.size() > kMostKeys || into.bytes_ > kMostBytes) {
    co_return fail(Code::limit,
                   "a Redis with more than {} keys or {} MiB, once the services have started, "
                   "cannot be put back between plays",
                   kMostKeys, kMostBytes >> 20);
  }
  co_return Result<>{};
}

// SCAN may give a key twice: REPLACE.
RedisSnapshot::Commands RedisSnapshot::commands() const {
  Commands all{{"MULTI"}, {"FLUSHALL"}};
  int64_t selected = 0;
  for (const Key& key : keys_) {
    if (key.database != selected) all.push_back({"SELECT", std::to_string(key.database)});
    selected = key.database;
    all.push_back({"RESTORE", key.name, std::to_string(key.lives_ms), key.dump, "REPLACE"});
  }
  if (selected != 0) all.push_back({"SELECT", "0"});
  all.push_back({"EXEC"});
  return all;
}

Task<Result<>> RedisSnapshot::restore(RedisConnection& connection, Deadline deadline) {
  if (keys_.empty()) {
    CO_TRY_OK(co_await connection.command({"FLUSHALL"}, deadline));
    co_return Result<>{};
  }
  CO_TRY(auto answers, co_await connection.pipeline(commands(), deadline));
  CO_TRY(const Value executed, std::move(answers.back()));
  for (const Value& one : executed.as_list()) {
    const Value* error = one.find("error");
    if (error) co_return fail(Code::refused, "a key could not be put back: {}", to_bytes(*error));
  }
  co_return Result<>{};
}

}  // namespace peregrine::system
