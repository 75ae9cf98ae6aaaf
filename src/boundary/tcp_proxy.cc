#include "boundary/tcp_proxy.h"

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
  std::unique_ptr<Tap> tap;

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
    if (joined.tap) {
      const base::Instant now = from.loop().now();
      if (asking) joined.tap->from_client(bytes, now);
      if (!asking) joined.tap->from_server(bytes, now);
    }
    CO_TRY_OK(co_await to.send(bytes, Deadline::never()));
  }
  co_return co_await to.finish_sending(Deadline::never());
}

Task<void> pass_answers(Joined& joined) {
  if (!co_await pass(joined.server, joined.client, joined)) joined.end();
}

}  // namespace

Result<std::unique_ptr<TcpProxy>> TcpProxy::open(Loop& loop, const io::Address& at,
                                                 io::Address server, MakeTap make_tap) {
  TRY(Listener listener, Listener::open(loop, at));
  return std::unique_ptr<TcpProxy>(
      new TcpProxy(loop, std::move(listener), std::move(server), std::move(make_tap)));
}

TcpProxy::TcpProxy(Loop& loop, Listener listener, io::Address server, MakeTap make_tap)
    : loop_(loop),
      listener_(std::move(listener)),
      server_(std::move(server)),
      make_tap_(std::move(make_tap)),
      connections_(loop),
      accepting_(loop) {
  accepting_.spawn(accept_all());
}

TcpProxy::~TcpProxy() = default;

Task<void> TcpProxy::accept_all() {
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

Task<void> TcpProxy::serve(Socket client, uint64_t number) {
  io::Address to = server_;
  Result<Socket> server = co_await Socket::connect(loop_, std::move(to), loop_.in(kConnectMost));
  if (!server) co_return;  // the service sees a closed connection, as when the server is down
  Joined joined{std::move(client), *std::move(server), nullptr};
  if (make_tap_) joined.tap = make_tap_(number);
  io::Scope answers(loop_);
  answers.spawn(pass_answers(joined));
  if (!co_await pass(joined.client, joined.server, joined)) joined.end();
  (void)co_await answers.join(Deadline::never());
  if (joined.tap) joined.tap->ended(loop_.now());
}

}  // namespace peregrine::boundary
