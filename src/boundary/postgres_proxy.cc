#include "boundary/postgres_proxy.h"

#include <utility>

namespace peregrine::boundary {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Stream;
using io::Task;
namespace pg = wire::postgres;

namespace {

constexpr auto kGreetingMost = 60s;  // as PostgreSQL's authentication_timeout

Task<Result<std::string>> read(Stream& client, size_t count, io::Deadline deadline) {
  std::string bytes(count, '\0');
  size_t have = 0;
  while (have < bytes.size()) {
    CO_TRY(const size_t n,
           co_await client.receive({bytes.data() + have, bytes.size() - have}, deadline));
    if (n == 0) co_return base::fail(Code::closed, "the client has gone");
    have += n;
  }
  co_return bytes;
}

// Answers what clients ask before they start up, in any order, each at most once. Reads no more of
// them than that: what comes behind may be TLS. No message is shorter.
Task<Result<Greeted>> greet(std::unique_ptr<Stream> client,
                            std::shared_ptr<const io::TlsContext> tls) {
  const io::Deadline deadline = client->loop().in(kGreetingMost);
  bool encrypted = false, gss_refused = false;
  for (;;) {
    CO_TRY(std::string first, co_await read(*client, pg::kEncryptionRequestBytes, deadline));
    const auto code = pg::encryption_asked_by(first);
    if (code == pg::kGssEncRequest && !std::exchange(gss_refused, true)) {
      CO_TRY_OK(co_await client->send("N", deadline));
    } else if (code == pg::kSslRequest && !std::exchange(encrypted, true)) {
      CO_TRY_OK(co_await client->send(tls ? "S" : "N", deadline));
      if (!tls) continue;
      CO_TRY(client, co_await io::TlsStream::accept(std::move(client), tls, deadline));
    } else if (const auto size = pg::cancel_request_size(first)) {
      CO_TRY(std::string key, co_await read(*client, *size - first.size(), deadline));
      co_return Greeted{std::move(client), first + key, key};
    } else {
      co_return Greeted{std::move(client), std::move(first)};
    }
  }
}

}  // namespace

Result<std::unique_ptr<PostgresProxy>> PostgresProxy::open(io::Loop& loop, Crossing& crossing,
                                                           Options options) {
  TcpProxyOptions proxy_options{
      std::move(options.at), {"", 0, std::move(options.server_socket)}, std::move(options.name)};
  if (StatementObserver* observer = options.observer) {
    proxy_options.make_tap = [observer, reader = options.reader](uint64_t connection) {
      return std::make_unique<PostgresStatements>(*observer, connection, reader);
    };
  }
  proxy_options.greet = [tls = std::move(options.tls)](std::unique_ptr<Stream> client) {
    return greet(std::move(client), tls);
  };
  TRY(auto proxy, TcpProxy::open(loop, crossing, std::move(proxy_options)));
  return std::unique_ptr<PostgresProxy>(new PostgresProxy(std::move(proxy)));
}

}  // namespace peregrine::boundary
