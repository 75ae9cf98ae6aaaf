#include "net/connector.h"

#include "io/socket.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Socket;
using io::Stream;
using io::Task;

Origin Origin::of(const Url& url) { return {url.host, url.port, url.scheme == "https"}; }

std::string Origin::to_string() const { return to_authority(host, port, 0); }

Task<Result<std::unique_ptr<Stream>>> TcpConnector::connect(Origin to, Deadline deadline) {
  if (to.tls) {
    co_return fail(Code::invalid, "https://{} cannot be called: only http is spoken so far",
                   to.to_string());
  }
  CO_TRY(io::Address address, io::resolve(to.host, to.port));
  Result<Socket> socket = co_await Socket::connect(loop_, address, deadline);
  if (!socket && socket.error().code == Code::refused && to.host == "localhost") {
    // "localhost" names two addresses, of which resolve() gives one; servers listen on either.
    address.host = address.host == "::1" ? "127.0.0.1" : "::1";
    Result<Socket> other = co_await Socket::connect(loop_, address, deadline);
    if (other) socket = std::move(other);
  }
  if (!socket) co_return std::unexpected(std::move(socket).error());
  co_return std::make_unique<Socket>(*std::move(socket));
}

}  // namespace peregrine::net
