#include "net/connector.h"

namespace peregrine::net {

using base::Code;
using base::Result;
using io::Deadline;
using io::Socket;
using io::Stream;
using io::Task;

Origin Origin::of(const Url& url) { return {url.host, url.port, url.scheme == "https"}; }

std::string Origin::to_string() const { return to_authority(host, port, 0); }

Task<Result<std::unique_ptr<Stream>>> NetworkConnector::connect(Origin to, Deadline deadline) {
  if (to.tls && !tls_) {
    CO_TRY(tls_, io::TlsContext::for_client({.protocols = {"http/1.1"}}));
  }
  CO_TRY(Socket socket, co_await connect_socket(to.host, to.port, deadline));
  auto stream = std::make_unique<Socket>(std::move(socket));
  if (!to.tls) co_return std::move(stream);
  CO_TRY(auto secured, co_await io::TlsStream::connect(std::move(stream), tls_, to.host, deadline));
  co_return std::move(secured);
}

Task<Result<Socket>> NetworkConnector::connect_socket(std::string host, uint16_t port,
                                                      Deadline deadline) {
  CO_TRY(io::Address address, io::resolve(host, port));
  Result<Socket> socket = co_await Socket::connect(loop_, address, deadline);
  if (!socket && socket.error().code == Code::refused && host == "localhost") {
    // "localhost" names two addresses, of which resolve() gives one; servers listen on either.
    address.host = address.host == "::1" ? "127.0.0.1" : "::1";
    Result<Socket> other = co_await Socket::connect(loop_, address, deadline);
    if (other) co_return other;
  }
  co_return socket;
}

}  // namespace peregrine::net
