// Whom a client connects to, and how a connection is made. A client asks a Connector, so that a
// test or a simulation can put streams in memory in the network's place.
//
// One thread: the loop's. A connector outlives the clients that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "io/stream.h"
#include "net/url.h"

namespace peregrine::net {

// Whom a request is sent to. The host is a name or an address.
struct Origin {
  std::string host{};
  uint16_t port = 80;
  bool tls = false;  // https

  static Origin of(const Url& url);
  // "host:port", IPv6 addresses in brackets.
  std::string to_string() const;
  auto operator<=>(const Origin&) const = default;
};

class Connector {
 public:
  Connector() = default;
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;
  virtual ~Connector() = default;

  // Fails with Code::not_found (the host), refused, timeout, closed, invalid (not spoken here).
  virtual io::Task<base::Result<std::unique_ptr<io::Stream>>> connect(Origin to,
                                                                      io::Deadline deadline) = 0;
};

// Connections over TCP.
class TcpConnector final : public Connector {
 public:
  explicit TcpConnector(io::Loop& loop) : loop_(loop) {}
  // Refuses an origin with TLS as invalid: https is not spoken yet.
  io::Task<base::Result<std::unique_ptr<io::Stream>>> connect(Origin to,
                                                              io::Deadline deadline) override;

 private:
  io::Loop& loop_;
};

}  // namespace peregrine::net
