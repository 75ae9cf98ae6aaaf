// The boundary between services and Redis: a TcpProxy in front of the private server's Unix socket.
// A copy of what passes is decoded, and what was asked is told to an observer; decoding stops at
// the first byte that it does not understand. An operation is a command; of a transaction what
// comes before EXEC is invisible, for it changes nothing.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "boundary/redis_commands.h"
#include "boundary/tcp_proxy.h"

namespace peregrine::boundary {

class RedisProxy {
 public:
  struct Options {
    io::Address at;
    std::string server_socket;
    std::string name;                     // as system.yaml has it
    CommandObserver* observer = nullptr;  // outlives the proxy; null: only bytes pass
  };
  static base::Result<std::unique_ptr<RedisProxy>> open(io::Loop& loop, Crossing& crossing,
                                                        Options options);

  const io::Address& address() const { return proxy_->address(); }
  size_t connections() const { return proxy_->connections(); }

 private:
  explicit RedisProxy(std::unique_ptr<TcpProxy> proxy) : proxy_(std::move(proxy)) {}

  std::unique_ptr<TcpProxy> proxy_;
};

}  // namespace peregrine::boundary
