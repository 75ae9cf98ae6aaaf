// Whom a client connects to, and how a connection is made. A client asks a Connector, so that a
// test or a simulation can put streams in memory in the network's place.
//
// One thread: the loop's. A connector outlives the clients that use it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "io/stream.h"
#include "io/tls.h"
#include "net/url.h"

namespace peregrine::net {

// Which versions of HTTP are spoken with an origin, by those who know HTTP/2 (HttpClient).
enum class Http : char {
  one,     // HTTP/1.1
  either,  // over TLS what the server chooses by ALPN, else HTTP/1.1
  two,     // HTTP/2; without TLS it is known that the server speaks it (RFC 9113 section 3.3)
};

// Whom a request is sent to. The host is a name or an address.
struct Origin {
  std::string host{};
  uint16_t port = 80;
  bool tls = false;  // https
  Http http = Http::one;

  static Origin of(const Url& url);
  // "host:port", IPv6 addresses in brackets.
  std::string to_string() const;
  // As Host and :authority name it: without the port if it is the usual one.
  std::string authority() const;
  auto operator<=>(const Origin&) const = default;
};

// Whether HTTP/2 is spoken over a connection that was made to it: it is known to, or the server has
// chosen it. Fails with Code::protocol where nothing else will do and the server has not.
base::Result<bool> speaks_http2(const Origin& to, const io::Stream& connection);

class Connector {
 public:
  Connector() = default;
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;
  virtual ~Connector() = default;

  // The stream's protocol() says what a server has chosen. Fails with Code::not_found (the host),
  // refused, timeout, closed.
  virtual io::Task<base::Result<std::unique_ptr<io::Stream>>> connect(Origin to,
                                                                      io::Deadline deadline) = 0;
};

// Connections over TCP, with TLS for https.
class NetworkConnector final : public Connector {
 public:
  // Without a context for TLS one is made when the first is needed, which trusts the system's
  // authorities. What is offered by ALPN is the context's for Http::one, else as Http says.
  explicit NetworkConnector(io::Loop& loop, std::shared_ptr<const io::TlsContext> tls = nullptr)
      : loop_(loop), tls_(std::move(tls)) {}
  // Also fails as TlsStream::connect() does, for an origin with TLS.
  io::Task<base::Result<std::unique_ptr<io::Stream>>> connect(Origin to,
                                                              io::Deadline deadline) override;

 private:
  io::Loop& loop_;
  std::shared_ptr<const io::TlsContext> tls_;
};

}  // namespace peregrine::net
