#include "io/resolver.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "base/text.h"
#include "io/thread_pool.h"

namespace peregrine::io {

using base::Code;
using base::fail;
using base::Result;
using Addresses = std::vector<Address>;

namespace {

constexpr base::Duration kAttemptMost = std::chrono::seconds(2);

bool is_localhost(std::string_view name) {
  const std::string host = base::lowercase(name.substr(0, name.size() - name.ends_with('.')));
  return host == "localhost" || host.ends_with(".localhost");
}

// Blocks.
Result<Addresses> look_up(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0) {
    return fail(Code::not_found, "cannot resolve '{}': {}", host, gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, freeaddrinfo);
  Addresses addresses;
  for (const addrinfo* i = found; i && addresses.size() < kMostAddresses; i = i->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(i->ai_addr, i->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      addresses.push_back({text.data(), port, ""});
    }
  }
  if (addresses.empty()) return fail(Code::not_found, "'{}' has no address", host);
  return addresses;
}

}  // namespace

Task<Result<Addresses>> resolve(Loop& loop, std::string host, uint16_t port, Deadline deadline) {
  if (is_address(host)) co_return Addresses{{host, port, ""}};
  if (is_localhost(host)) co_return Addresses{{"127.0.0.1", port, ""}, {"::1", port, ""}};
  Result<Addresses> found =
      co_await loop.pool().run([host, port] { return look_up(host, port); }, deadline);
  if (!found && found.error().code == Code::timeout) {
    co_return fail(Code::timeout, "'{}' was not resolved in time", host);
  }
  co_return found;
}

Task<Result<Socket>> connect_to_host(Loop& loop, std::string host, uint16_t port,
                                     Deadline deadline) {
  CO_TRY(Addresses addresses, co_await resolve(loop, std::move(host), port, deadline));
  std::optional<Result<Socket>> first;
  for (size_t i = 0; i < addresses.size(); ++i) {
    const auto left = static_cast<int64_t>(addresses.size() - i);
    const Deadline share = loop.in(std::min(kAttemptMost, (deadline.at - loop.now()) / left));
    Result<Socket> socket =
        co_await Socket::connect(loop, std::move(addresses[i]), left > 1 ? share : deadline);
    if (socket || socket.error().code == Code::cancelled) co_return socket;
    if (!first) first = std::move(socket);
    if (loop.now() >= deadline.at) break;
  }
  co_return *std::move(first);
}

}  // namespace peregrine::io
