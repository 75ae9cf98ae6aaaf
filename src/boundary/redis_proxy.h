// The boundary between services and Redis: a TcpProxy in front of the private server's Unix socket.
// A copy of what passes is decoded, and what was asked is told to an observer; decoding stops at
// the first byte that it does not understand.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "boundary/redis_commands.h"
#include "boundary/tcp_proxy.h"

namespace peregrine::boundary {

class RedisProxy {
 public:
  // `observer` may be null and outlives the proxy.
  static base::Result<std::unique_ptr<RedisProxy>> open(io::Loop& loop, const io::Address& at,
                                                        std::string server_socket,
                                                        CommandObserver* observer);

  const io::Address& address() const { return proxy_->address(); }
  size_t connections() const { return proxy_->connections(); }

 private:
  explicit RedisProxy(std::unique_ptr<TcpProxy> proxy) : proxy_(std::move(proxy)) {}

  std::unique_ptr<TcpProxy> proxy_;
};

}  // namespace peregrine::boundary
