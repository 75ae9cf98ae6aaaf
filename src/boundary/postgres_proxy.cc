#include "boundary/postgres_proxy.h"

#include <optional>
#include <utility>
#include <vector>

namespace peregrine::boundary {

using namespace std::chrono_literals;
using base::Result;
using io::Deadline;
using io::Listener;
using io::Loop;
using io::Socket;
using io::Task;

namespace {

constexpr size_t kBuffer = size_t{32} * 1024;
constexpr size_t kMostConnections = 2'000;
constexpr auto kConnectMost = 10s;
// When no descriptor is free, or too many are connected, the next wait in the kernel's queue.
constexpr auto kAcceptPause = 20ms;

// The two sockets of one connection. Idle ones stay open as long as the service likes, so nothing
// here has a deadline.
struct Joined {
  Socket client;
  Socket server;
  std::optional<PostgresStatements> statements;

  void end() {
    client.abort();
    server.abort();
  }
};

// The same way for both directions: all that comes from `from` goes to `to`, then its end.
Task<Result<>> pass(Socket& from, Socket& to, Joined& joined) {
  std::vector<char> buffer(kBuffer);
  const bool asking = &from == &joined.client;
  for (;;) {
    CO_TRY(const size_t n, co_await from.receive(buffer, Deadline::never()));
    if (n == 0) break;
    const std::string_view bytes(buffer.data(), n);
    // A question is seen before it leaves: its answer cannot overtake it.
    if (joined.statements) {
      const base::Instant now = from.loop().now();
      if (asking) joined.statements->from_client(bytes, now);
      if (!asking) joined.statements->from_server(bytes, now);
    }
    CO_TRY_OK(co_await to.send(bytes, Deadline::never()));
  }
  co_return co_await to.finish_sending(Deadline::never());
}

Task<void> pass_answers(Joined& joined) {
  if (!co_await pass(joined.server, joined.client, joined)) joined.end();
}

}  // namespace

Result<std::unique_ptr<PostgresProxy>> PostgresProxy::open(Loop& loop, const io::Address& at,
                                                           std::string server_socket,
                                                           StatementObserver* observer) {
  TRY(Listener listener, Listener::open(loop, at));
  return std::unique_ptr<PostgresProxy>(
      new PostgresProxy(loop, std::move(listener), std::move(server_socket), observer));
}

PostgresProxy::PostgresProxy(Loop& loop, Listener listener, std::string server_socket,
                             StatementObserver* observer)
    : loop_(loop),
      listener_(std::move(listener)),
      server_socket_(std::move(server_socket)),
      observer_(observer),
      connections_(loop),
      accepting_(loop) {
  accepting_.spawn(accept_all());
}

PostgresProxy::~PostgresProxy() = default;

Task<void> PostgresProxy::accept_all() {
  for (;;) {
    if (connections_.running() >= kMostConnections) {
      if (!co_await loop_.sleep(kAcceptPause)) co_return;
      continue;
    }
    Result<Socket> client = co_await listener_.accept(Deadline::never());
    if (client) {
      connections_.spawn(serve(*std::move(client), ++last_number_));
    } else if (!co_await loop_.sleep(kAcceptPause)) {
      co_return;
    }
  }
}

Task<void> PostgresProxy::serve(Socket client, uint64_t number) {
  io::Address to{"", 0, server_socket_};
  Result<Socket> server = co_await Socket::connect(loop_, std::move(to), loop_.in(kConnectMost));
  if (!server) co_return;  // the service sees a closed connection, as when the server is down
  Joined joined{std::move(client), *std::move(server), std::nullopt};
  if (observer_) joined.statements.emplace(*observer_, number);
  io::Scope answers(loop_);
  answers.spawn(pass_answers(joined));
  if (!co_await pass(joined.client, joined.server, joined)) joined.end();
  (void)co_await answers.join(Deadline::never());
}

}  // namespace peregrine::boundary
