#include "boundary/redis_proxy.h"

#include <utility>

namespace peregrine::boundary {

using base::Result;

Result<std::unique_ptr<RedisProxy>> RedisProxy::open(io::Loop& loop, Crossing& crossing,
                                                     Options options) {
  TcpProxyOptions proxy_options{
      std::move(options.at), {"", 0, std::move(options.server_socket)}, std::move(options.name)};
  if (CommandObserver* observer = options.observer) {
    proxy_options.make_tap = [observer](uint64_t connection) {
      return std::make_unique<RedisCommands>(*observer, connection);
    };
  }
  TRY(auto proxy, TcpProxy::open(loop, crossing, std::move(proxy_options)));
  return std::unique_ptr<RedisProxy>(new RedisProxy(std::move(proxy)));
}

}  // namespace peregrine::boundary
