// What the handlers of the test service share. It answers as it is told, rightly or wrongly, so
// that a journey of this folder can meet whatever a service does.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/value.h"
#include "io/scope.h"
#include "net/http_server_router.h"
#include "net/postgres_pool.h"

namespace peregrine::parrot {

// One that counts from 0 to `to`, one every `step`.
struct Counter {
  base::Instant begin;
  base::Duration step;
  int64_t to;
};

struct Listener;  // streams.cc
struct Redis;     // redis.cc

struct Parrot {
  io::Loop& loop;
  net::PostgresPool& pool;
  io::Scope& later;  // work that goes on after its request was answered
  std::map<std::string, Counter, std::less<>> counters{};
  std::map<std::string, int64_t, std::less<>> logins{};    // of each person
  std::map<std::string, std::string, std::less<>> used{};  // vouchers: by whom
  std::set<Listener*> listeners{};                         // streams that are open
  std::shared_ptr<Redis> redis{};                          // where REDIS_URL is said
  int64_t goodbyes = 0;                                    // those that the client has closed
};

// Ends the service by SIGABRT.
[[noreturn]] void fall();

wire::Response json_response(int status, const base::Value& body);
// A number in the query, or `otherwise`.
int64_t number_in(const net::HttpRequest& request, std::string_view name, int64_t otherwise);

// Each adds the routes of one concern.
void add_echo(net::Router& router);
void add_answers(net::Router& router, Parrot& parrot);
void add_sessions(net::Router& router, Parrot& parrot);
void add_items(net::Router& router, Parrot& parrot);
void add_peer(net::Router& router, Parrot& parrot);
void add_streams(net::Router& router, Parrot& parrot);
void add_redis(net::Router& router, Parrot& parrot);

// Connects to the Redis at REDIS_URL, if that is said, and leaves its own keys there.
io::Task<base::Result<>> open_redis(Parrot& parrot);

}  // namespace peregrine::parrot
