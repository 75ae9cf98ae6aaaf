// The boundary between services and PostgreSQL: listens where the services connect to, and joins
// each of their connections to the private server's Unix socket, byte for byte both ways.
//
//      service ── TCP ──▶ proxy ── Unix socket ──▶ PostgreSQL
//                           └── a copy is decoded, and what was asked is told to an observer
//
// One bounded buffer a direction is in flight: a slow side slows the other. Decoding never holds or
// changes a byte, and stops at the first one that it does not understand.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "boundary/postgres_statements.h"
#include "io/scope.h"
#include "io/socket.h"

namespace peregrine::boundary {

class PostgresProxy {
 public:
  // `observer` may be null and outlives the proxy.
  static base::Result<std::unique_ptr<PostgresProxy>> open(io::Loop& loop, const io::Address& at,
                                                           std::string server_socket,
                                                           StatementObserver* observer);
  PostgresProxy(const PostgresProxy&) = delete;
  PostgresProxy& operator=(const PostgresProxy&) = delete;
  // Ends all connections.
  ~PostgresProxy();

  const io::Address& address() const { return listener_.address(); }
  size_t connections() const { return connections_.running(); }

 private:
  PostgresProxy(io::Loop& loop, io::Listener listener, std::string server_socket,
                StatementObserver* observer);
  io::Task<void> accept_all();
  io::Task<void> serve(io::Socket client, uint64_t number);

  io::Loop& loop_;
  io::Listener listener_;
  std::string server_socket_;
  StatementObserver* observer_;
  uint64_t last_number_ = 0;
  io::Scope connections_;
  io::Scope accepting_;
};

}  // namespace peregrine::boundary
