// journey_service HOST PORT: the service of the test journeys. DATABASE_URL is its PostgreSQL,
// REDIS_URL its Redis, if it has one.
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "journeys/service/parrot.h"
#include "net/http_server.h"

namespace peregrine::parrot {

using base::Map;
using base::Result;

wire::Response json_response(int status, const base::Value& body) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = base::to_json(body)};
}

int64_t number_in(const net::HttpRequest& request, std::string_view name, int64_t otherwise) {
  const std::string* text = request.query.find(name);
  if (!text) return otherwise;
  int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

namespace {

constexpr size_t kConnections = 4;

io::Task<wire::Response> health(const net::HttpRequest&) {
  co_return json_response(200, Map{{"status", "ok"}});
}

io::Task<Result<>> serve(io::Loop& loop, io::Address at, std::string database_url) {
  net::PostgresPool pool(loop, std::move(database_url), kConnections);
  io::Scope later(loop);
  Parrot parrot{loop, pool, later};
  net::Router router;
  router.add("GET", "/health", health);
  add_echo(router);
  add_answers(router, parrot);
  add_items(router, parrot);
  add_peer(router, parrot);
  add_sessions(router, parrot);
  add_streams(router, parrot);
  add_redis(router, parrot);
  CO_TRY_OK(co_await open_redis(parrot));
  CO_TRY(io::Listener listener, io::Listener::open(loop, at));
  net::HttpServer server(loop, std::move(listener), std::move(router));
  std::puts("the parrot listens");
  std::fflush(stdout);
  // SIGTERM ends it at once: nothing of what it holds is of worth.
  io::Signal never(loop);
  co_return co_await never.wait(io::Deadline::never());
}

int run(int argc, char** argv) {
  const char* url = std::getenv("DATABASE_URL");
  uint16_t port = 0;
  if (argc != 3 || !url || std::sscanf(argv[2], "%hu", &port) != 1) {
    std::fputs("usage: DATABASE_URL=… journey_service HOST PORT\n", stderr);
    return 2;
  }
  const auto loop = io::Loop::create();
  if (!loop) return 1;
  const Result<> ended = (*loop)->run(serve(**loop, {argv[1], port, ""}, url));
  if (!ended) std::fprintf(stderr, "%s\n", ended.error().to_string().c_str());
  return ended ? 0 : 1;
}

}  // namespace
}  // namespace peregrine::parrot

int main(int argc, char** argv) { return peregrine::parrot::run(argc, argv); }
