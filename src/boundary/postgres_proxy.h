// The boundary between services and PostgreSQL: a TcpProxy in front of the private server's Unix
// socket. A copy of what passes is decoded, and what was asked is told to an observer; decoding
// stops at the first byte that it does not understand.
//
// An operation is what comes up to a Query, a Sync or a Flush. One that only prepares and describes
// is invisible. Data of COPY passes as it comes.
//
// Who cancels an operation that is held before the server has seen it is told so here (SQLSTATE
// 57014); the server is asked for something that fails instead, so that the transaction is in the
// state that the service believes. Later it is the server that cancels, or is too late.
//
// A service that asks for encryption gets it (SSLRequest, TLS 1.2 and 1.3): it ends here. Passwords
// pass as they are: SCRAM is between the service and the server, without channel binding.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "boundary/postgres_statements.h"
#include "boundary/tcp_proxy.h"
#include "io/tls.h"

namespace peregrine::boundary {

class PostgresProxy {
 public:
  struct Options {
    io::Address at;
    std::string server_socket;
    std::string name;                             // as system.yaml has it
    StatementObserver* observer = nullptr;        // outlives the proxy; null: only bytes pass
    std::shared_ptr<const io::TlsContext> tls{};  // null: encryption is refused
    // Outlives the proxy; null: nobody needs what operations reach, and none is divisible.
    SqlReader* reader = nullptr;
  };
  static base::Result<std::unique_ptr<PostgresProxy>> open(io::Loop& loop, Crossing& crossing,
                                                           Options options);

  const io::Address& address() const { return proxy_->address(); }
  size_t connections() const { return proxy_->connections(); }

 private:
  explicit PostgresProxy(std::unique_ptr<TcpProxy> proxy) : proxy_(std::move(proxy)) {}

  std::unique_ptr<TcpProxy> proxy_;
};

}  // namespace peregrine::boundary
