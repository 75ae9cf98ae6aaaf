#include "boundary/tcp_proxy.h"

#include <algorithm>
#include <utility>

#include "boundary/lane.h"

namespace peregrine::boundary {

using namespace std::chrono_literals;
using base::Result;
using io::Listener;
using io::Loop;
using io::Socket;
using io::Stream;
using io::Task;

namespace {

constexpr size_t kMostConnections = 2'000;
constexpr auto kConnectMost = 10s;

}  // namespace

Result<std::unique_ptr<TcpProxy>> TcpProxy::open(Loop& loop, Crossing& crossing,
                                                 TcpProxyOptions options) {
  TRY(Listener listener, Listener::open(loop, options.at));
  return std::unique_ptr<TcpProxy>(
      new TcpProxy(loop, crossing, std::move(listener), std::move(options)));
}

TcpProxy::TcpProxy(Loop& loop, Crossing& crossing, Listener listener, TcpProxyOptions options)
    : loop_(loop),
      crossing_(crossing),
      options_(std::move(options)),
      acceptor_(
          loop, std::move(listener), kMostConnections,
          [this](Socket client, uint64_t number) { return serve(std::move(client), number); }) {}

TcpProxy::~TcpProxy() = default;

Task<void> TcpProxy::serve(Socket socket, uint64_t number) {
  auto starting = std::make_unique<Crossing::Starting>(crossing_);
  Greeted greeted{std::make_unique<Socket>(std::move(socket)), ""};
  if (options_.greet) {
    auto begun = co_await options_.greet(std::move(greeted.client));
    if (!begun) co_return;
    greeted = *std::move(begun);
  }
  // That the connection ends is all that it is told, as by the server.
  if (!greeted.cancels.empty() && cancel(greeted.cancels)) co_return;
  io::Address to = options_.server;
  Result<Socket> server = co_await Socket::connect(loop_, std::move(to), loop_.in(kConnectMost));
  if (!server) co_return;  // the service sees a closed connection, as when the server is down
  Lane lane({.client = std::move(greeted.client),
             .server = std::make_unique<Socket>(*std::move(server)),
             .tap = options_.make_tap ? options_.make_tap(number) : nullptr,
             .boundary = options_.name,
             .starting = std::move(starting)},
            crossing_);
  struct Entry {
    std::set<Lane*>& of;
    Lane* lane;
    ~Entry() { of.erase(lane); }
  } entry{lanes_, &lane};
  lanes_.insert(&lane);
  co_await lane.run(std::move(greeted.first));
}

bool TcpProxy::cancel(std::string_view key) {
  return std::ranges::any_of(lanes_, [key](Lane* lane) { return lane->cancel(key); });
}

}  // namespace peregrine::boundary
