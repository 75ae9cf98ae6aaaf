#include "net/connector.h"

#include "io/resolver.h"
#include "io/socket.h"

namespace peregrine::net {

using base::Result;
using io::Deadline;
using io::Socket;
using io::Stream;
using io::Task;

Origin Origin::of(const Url& url) { return {url.host, url.port, url.scheme == "https"}; }

std::string Origin::to_string() const { return to_authority(host, port, 0); }

std::string Origin::authority() const { return to_authority(host, port, usual_http_port(tls)); }

Result<bool> speaks_http2(const Origin& to, const Stream& connection) {
  const bool known = to.http == Http::two && !to.tls;
  if (known || connection.protocol() == "h2") return true;
  if (to.http != Http::two) return false;
  return base::fail(base::Code::protocol, "{} does not speak HTTP/2", to.to_string());
}

Task<Result<std::unique_ptr<Stream>>> NetworkConnector::connect(Origin to, Deadline deadline) {
  if (to.tls && !tls_) {
    CO_TRY(tls_, io::TlsContext::for_client({.protocols = {"http/1.1"}}));
  }
  CO_TRY(Socket socket, co_await io::connect_to_host(loop_, to.host, to.port, deadline));
  auto stream = std::make_unique<Socket>(std::move(socket));
  if (!to.tls) co_return std::move(stream);
  CO_TRY(auto secured, io::TlsStream::client(std::move(stream), tls_, to.host));
  if (to.http == Http::either) CO_TRY_OK(secured->offer({"h2", "http/1.1"}));
  if (to.http == Http::two) CO_TRY_OK(secured->offer({"h2"}));
  CO_TRY_OK(co_await secured->handshake(deadline));
  co_return std::move(secured);
}

}  // namespace peregrine::net
