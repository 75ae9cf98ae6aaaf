// A service of WebSockets that knows when it sent what to whom: what a load tells of fan-out is
// compared with its record.
//
// usage: bench_stream_server HOST PORT FILE SOCKETS MESSAGES
//
// Once so many sockets are open on /live, it sends so many messages to all of them, one each
// kBetween, each with the time of day at which it begins in milliseconds: {"sent_at": …}. Behind
// the last the record is written to FILE: CSV, a row for each message to each socket, with the
// nanoseconds from when the message was begun until it had been handed to the kernel.
//
// One thread: the loop's.
#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "io/loop.h"
#include "io/socket.h"
#include "net/http_server.h"
#include "net/websocket.h"

namespace peregrine {
namespace {

using base::check;
using base::Duration;
using base::Instant;
using io::Deadline;
using io::Task;
using namespace std::chrono_literals;

constexpr Duration kBetween = 100ms;
constexpr Duration kFirstAfter = 500ms;  // all are open, and have fallen quiet
constexpr Duration kPatience = 30s;

struct Hall {
  explicit Hall(io::Loop& its_loop) : loop(its_loop), came(its_loop) {}
  io::Loop& loop;
  std::vector<net::WebSocket*> open{};
  io::Signal came;
  std::vector<Duration> delays{};
};

Task<void> take_in(Hall& hall, net::HttpConversation& conversation) {
  net::WebSocketOptions options;
  options.wish.deflate.reset();
  auto socket =
      co_await net::WebSocket::accept(conversation, std::move(options), hall.loop.in(kPatience));
  if (!socket) co_return;
  hall.open.push_back(socket->get());
  hall.came.notify_all();
  for (;;) {
    const auto message = co_await (*socket)->receive(Deadline::never());
    if (!message || !*message) break;
  }
  std::erase(hall.open, socket->get());
}

Task<void> say_to_all(Hall& hall) {
  const Instant begin = base::monotonic_now();
  const auto sent_at = base::wall_now().time_since_epoch().count();
  const std::string text =
      fmt::format(R"({{"sent_at":{}.{:06}}})", sent_at / 1'000'000, sent_at % 1'000'000);
  for (net::WebSocket* socket : std::vector(hall.open)) {
    const auto sent = co_await socket->send({.payload = text}, hall.loop.in(kPatience));
    check(sent.has_value(), "a listener does not take its message");
    hall.delays.push_back(base::monotonic_now() - begin);
  }
}

void write_record(const Hall& hall, const char* path) {
  std::FILE* file = std::fopen(path, "w");
  check(file != nullptr, "FILE cannot be written");
  fmt::print(file, "delay_ns\n");
  for (const Duration delay : hall.delays) fmt::print(file, "{}\n", delay.count());
  check(std::fclose(file) == 0, "FILE cannot be written");
}

Task<void> serve(io::Loop& loop, io::Address at, const char* file, size_t sockets, int messages) {
  Hall hall(loop);
  net::Router router;
  router.add_conversation("GET", "/live",
                          [&hall](net::HttpConversation& one) { return take_in(hall, one); });
  auto listener = io::Listener::open(loop, at);
  check(listener.has_value(), "cannot listen");
  net::HttpServerLimits limits;
  limits.connections = sockets + 100;
  const net::HttpServer server(loop, *std::move(listener), std::move(router), limits);
  while (hall.open.size() < sockets) (void)co_await hall.came.wait(Deadline::never());
  Instant due = loop.now() + kFirstAfter;
  for (int i = 0; i < messages; ++i, due += kBetween) {
    (void)co_await loop.sleep(due - loop.now());
    co_await say_to_all(hall);
  }
  write_record(hall, file);
  (void)co_await hall.came.wait(Deadline::never());  // until SIGTERM
}

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  check(argc == 6, "usage: bench_stream_server HOST PORT FILE SOCKETS MESSAGES");
  auto loop = io::Loop::create();
  check(loop.has_value(), "no loop");
  const auto port = static_cast<uint16_t>(std::strtoul(argv[2], nullptr, 10));
  const size_t sockets = std::strtoul(argv[4], nullptr, 10);
  const int messages = std::atoi(argv[5]);
  (*loop)->run(serve(**loop, {argv[1], port, ""}, argv[3], sockets, messages));
}
