#include "boundary/postgres_proxy.h"

#include <utility>

namespace peregrine::boundary {

using base::Result;

Result<std::unique_ptr<PostgresProxy>> PostgresProxy::open(io::Loop& loop, const io::Address& at,
                                                           std::string server_socket,
                                                           StatementObserver* observer) {
  TcpProxy::MakeTap make_tap;
  if (observer) {
    make_tap = [observer](uint64_t connection) {
      return std::make_unique<PostgresStatements>(*observer, connection);
    };
  }
  TRY(auto proxy, TcpProxy::open(loop, at, {"", 0, std::move(server_socket)}, std::move(make_tap)));
  return std::unique_ptr<PostgresProxy>(new PostgresProxy(std::move(proxy)));
}

}  // namespace peregrine::boundary
