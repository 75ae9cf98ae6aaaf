// A boundary of connections: listens where the services connect to, and joins each of their
// connections to one of its own to the server, both ways.
//
//      service ── TCP ──▶ proxy ── TCP or Unix socket ──▶ server
//                           ├── a tap follows what passes (tap.h)
//                           └── a director says of each operation what becomes of it (lane.h)
//
// Without a tap bytes pass, and nothing is read in them. The proxies of protocols
// (postgres_proxy.h, redis_proxy.h) are this with a tap.
//
// One thread: the loop's, which outlives it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "boundary/acceptor.h"
#include "boundary/crossing.h"
#include "boundary/tap.h"
#include "io/socket.h"

namespace peregrine::boundary {

class Lane;

// What a protocol says before its first byte that matters: whether it is encrypted.
struct Greeted {
  std::unique_ptr<io::Stream> client;
  std::string first;  // what has come of it already
  // Not empty: all that it wants is to cancel what the connection of this key has asked (Tap::key).
  std::string cancels{};
};

struct TcpProxyOptions {
  io::Address at;
  io::Address server;
  std::string name;  // of the boundary, as system.yaml has it
  // The tap of a connection, counted from 1; null for none. Empty: none has one.
  std::function<std::unique_ptr<Tap>(uint64_t connection)> make_tap{};
  // Begins each connection, before one to the server is made; a failure ends it. May be empty.
  std::function<io::Task<base::Result<Greeted>>(std::unique_ptr<io::Stream> client)> greet{};
};

class TcpProxy {
 public:
  // The crossing outlives it, and what the functions refer to.
  static base::Result<std::unique_ptr<TcpProxy>> open(io::Loop& loop, Crossing& crossing,
                                                      TcpProxyOptions options);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  // Ends all connections; their taps are not told.
  ~TcpProxy();

  const io::Address& address() const { return acceptor_.address(); }
  size_t connections() const { return acceptor_.connections(); }

 private:
  TcpProxy(io::Loop& loop, Crossing& crossing, io::Listener listener, TcpProxyOptions options);
  io::Task<void> serve(io::Socket client, uint64_t number);
  bool cancel(std::string_view key);

  io::Loop& loop_;
  Crossing& crossing_;
  const TcpProxyOptions options_;
  std::set<Lane*> lanes_;
  Acceptor acceptor_;  // last: its tasks use the above
};

}  // namespace peregrine::boundary
