// race_service HOST PORT: handlers that are right or wrong when requests come at once, one a file
// in defective/ and correct/. race_service run PATH: a job, which calls the handler of this path
// once and ends. From the environment: DATABASE_URL, REDIS_URL, ACME_URL, ACME_KEY, MAIL_URL;
// POOL_SIZE, how many connections it has to PostgreSQL, and how many to Redis (10); HEARTBEAT_MS,
// how often it writes that it is alive, without a request (never), and HEARTBEAT, how
// (heartbeat.h).
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>

#include "base/json.h"
#include "net/http_server.h"
#include "race/service/heartbeat.h"
#include "race/service/routes.h"

namespace peregrine::racing {

using base::Code;
using base::fail;
using base::Result;

wire::Response json_response(int status, const base::Value& body) {
  return {.status = status,
          .headers = {{"content-type", "application/json"}},
          .body = base::to_json(body)};
}

io::Task<Result<>> Service::send_mail(std::string to, std::string subject) {
  std::string message =
      fmt::format("From: shop@example.org\r\nTo: {}\r\nSubject: {}\r\n\r\n", to, subject);
  return booking::send_mail(loop, mail, "shop@example.org", std::move(to), std::move(message),
                            deadline());
}

namespace {

Result<std::string> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (!value || *value == '\0') return fail(Code::invalid, "{} is not set", name);
  return std::string(value);
}

Result<size_t> pool_size() {
  const char* text = std::getenv("POOL_SIZE");
  const long size = text ? std::strtol(text, nullptr, 10) : 10;
  if (size < 1 || size > 100) return fail(Code::invalid, "POOL_SIZE is a number from 1 to 100");
  return static_cast<size_t>(size);
}

io::Task<Result<>> serve(Service& service, io::Address at) {
  CO_TRY_OK(begin_heartbeat(service));
  CO_TRY(io::Listener listener, io::Listener::open(service.loop, at));
  net::HttpServer server(service.loop, std::move(listener), routes(service));
  // SIGTERM ends it at once: nothing of what it holds is of worth.
  io::Signal never(service.loop);
  co_return co_await never.wait(io::Deadline::never());
}

io::Task<Result<>> run_job(Service& service, std::string path) {
  const Handler handler = find_handler(path);
  if (!handler) co_return fail(Code::not_found, "there is no handler {}", path);
  CO_TRY(const Asked nothing, Asked::read({}));
  CO_TRY(const wire::Response answer, co_await handler(service, nothing));
  if (answer.status / 100 != 2) co_return fail(Code::failed, "it answers {}", answer.status);
  co_return Result<>{};
}

// With an address it serves there, else it is the job of this path.
io::Task<Result<>> begin(io::Loop& loop, std::optional<io::Address> at, std::string path) {
  CO_TRY(const size_t connections, pool_size());
  CO_TRY(std::string database, from_environment("DATABASE_URL"));
  CO_TRY(const std::string redis_url, from_environment("REDIS_URL"));
  CO_TRY(net::RedisTarget target, net::parse_redis_url(redis_url));
  CO_TRY(const std::string acme_url, from_environment("ACME_URL"));
  const char* const acme_key = std::getenv("ACME_KEY");
  CO_TRY(const auto acme, Acme::create(loop, acme_url, acme_key ? acme_key : ""));
  CO_TRY(const std::string mail_url, from_environment("MAIL_URL"));
  CO_TRY(const booking::SmtpServer mail, booking::parse_smtp_url(mail_url));
  net::PostgresPool pool(loop, std::move(database), connections);
  RedisPool redis(loop, std::move(target), connections);
  io::Mutex one_at_a_time(loop);
  io::Scope later(loop);
  Service service{loop, pool, redis, *acme, one_at_a_time, later, mail};
  if (at) co_return co_await serve(service, *std::move(at));
  co_return co_await run_job(service, std::move(path));
}

int run(int argc, char** argv) {
  uint16_t port = 0;
  const bool job = argc == 3 && std::string_view(argv[1]) == "run";
  if (argc != 3 || (!job && std::sscanf(argv[2], "%hu", &port) != 1)) {
    std::fputs("usage: race_service HOST PORT, or race_service run PATH\n", stderr);
    return 2;
  }
  const auto loop = io::Loop::create();
  if (!loop) return 1;
  std::optional<io::Address> at;
  if (!job) at = io::Address{argv[1], port, ""};
  const Result<> ended = (*loop)->run(begin(**loop, std::move(at), argv[2]));
  if (!ended) std::fprintf(stderr, "%s\n", ended.error().to_string().c_str());
  return ended ? 0 : 1;
}

}  // namespace
}  // namespace peregrine::racing

int main(int argc, char** argv) { return peregrine::racing::run(argc, argv); }
