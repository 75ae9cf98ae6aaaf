// A boundary that joins connections byte for byte: listens where the services connect to, and joins
// each of their connections to one of its own to the server, both ways.
//
//      service ── TCP ──▶ proxy ── TCP or Unix socket ──▶ server
//                           └── a tap sees a copy of what passes
//
// One bounded buffer a direction is in flight: a slow side slows the other. What ends one way ends
// it the other way too, behind what came before. A tap that does not understand what it sees holds
// and changes nothing. The proxies of protocols (postgres_proxy.h, redis_proxy.h) are this with a
// tap.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "io/scope.h"
#include "io/socket.h"

namespace peregrine::boundary {

// Sees one connection's bytes as they come, before they are passed on: an answer cannot overtake
// its question. Called on the loop's thread; must not wait.
class Tap {
 public:
  Tap() = default;
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;
  virtual ~Tap() = default;
  virtual void from_client(std::string_view bytes, base::Instant now) = 0;
  virtual void from_server(std::string_view bytes, base::Instant now) = 0;
  // Nothing passes any more.
  virtual void ended(base::Instant) {}
};

class TcpProxy {
 public:
  // The tap of a connection, counted from 1; null for none.
  using MakeTap = std::function<std::unique_ptr<Tap>(uint64_t connection)>;

  // An empty `make_tap` is for none. It is asked as long as the proxy lives.
  static base::Result<std::unique_ptr<TcpProxy>> open(io::Loop& loop, const io::Address& at,
                                                      io::Address server, MakeTap make_tap);
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;
  // Ends all connections; their taps are not told.
  ~TcpProxy();

  const io::Address& address() const { return listener_.address(); }
  size_t connections() const { return connections_.running(); }

 private:
  TcpProxy(io::Loop& loop, io::Listener listener, io::Address server, MakeTap make_tap);
  io::Task<void> accept_all();
  io::Task<void> serve(io::Socket client, uint64_t number);

  io::Loop& loop_;
  io::Listener listener_;
  io::Address server_;
  MakeTap make_tap_;
  uint64_t last_number_ = 0;
  io::Scope connections_;
  io::Scope accepting_;
};

}  // namespace peregrine::boundary
