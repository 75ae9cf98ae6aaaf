// /redis: what its Redis is asked, on one connection that it keeps.
#include "net/redis.h"

#include <cstdlib>

#include "base/json.h"
#include "io/mutex.h"
#include "journeys/service/parrot.h"

namespace peregrine::parrot {

using namespace std::chrono_literals;
using base::Map;
using base::Result;
using base::Value;

struct Redis {
  Redis(io::Loop& loop, net::RedisConnection to) : connection(std::move(to)), turns(loop) {}
  net::RedisConnection connection;
  io::Mutex turns;
};

namespace {

constexpr base::Duration kPatience = 5s;

using Commands = std::vector<net::RedisConnection::Command>;

// [["SET", "a", 1], …]
Result<Commands> commands_in(const std::string& body) {
  TRY(const Value json, base::parse_json(body));
  Commands commands;
  if (!json.is_list()) return base::fail(base::Code::invalid, "a list of commands is wanted");
  for (const Value& command : json.as_list()) {
    if (!command.is_list()) return base::fail(base::Code::invalid, "a command is a list");
    auto& words = commands.emplace_back();
    for (const Value& word : command.as_list()) {
      words.push_back(word.is_text() ? word.as_text() : base::to_json(word));
    }
  }
  return commands;
}

io::Task<wire::Response> ask(Parrot& parrot, const net::HttpRequest& request) {
  Result<Commands> commands = commands_in(request.message.body);
  if (!commands) co_return json_response(400, Map{{"error", commands.error().to_string()}});
  const io::Deadline deadline = parrot.loop.in(kPatience);
  const auto turn = co_await parrot.redis->turns.lock(deadline);
  if (!turn) co_return json_response(503, Map{{"error", turn.error().to_string()}});
  const auto answers = co_await parrot.redis->connection.pipeline(*std::move(commands), deadline);
  if (!answers) co_return json_response(502, Map{{"error", answers.error().to_string()}});
  base::List list;
  for (const Result<Value>& answer : *answers) {
    list.push_back(answer ? *answer : Value(Map{{"error", answer.error().text}}));
  }
  co_return json_response(200, Value(std::move(list)));
}

}  // namespace

void add_redis(net::Router& router, Parrot& parrot) {
  router.add("POST", "/redis",
             [&parrot](const net::HttpRequest& request) { return ask(parrot, request); });
}

io::Task<Result<>> open_redis(Parrot& parrot) {
  const char* url = std::getenv("REDIS_URL");
  if (!url) co_return Result<>{};
  CO_TRY(net::RedisTarget target, net::parse_redis_url(url));
  const io::Deadline deadline = parrot.loop.in(kPatience);
  CO_TRY(auto connection,
         co_await net::RedisConnection::connect(parrot.loop, std::move(target), deadline));
  Commands begin{{"SET", "greeting", "good day", "EX", "1000"},
                 {"RPUSH", "jobs", "sweep", "paint"},
                 {"SELECT", "3"},
                 {"SET", "elsewhere", "1"},
                 {"SELECT", "0"}};
  CO_TRY(const auto answers, co_await connection.pipeline(std::move(begin), deadline));
  for (const Result<Value>& answer : answers) CO_TRY_OK(answer);
  parrot.redis = std::make_shared<Redis>(parrot.loop, std::move(connection));
  co_return Result<>{};
}

}  // namespace peregrine::parrot
