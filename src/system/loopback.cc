#include "system/loopback.h"

#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "base/random.h"

namespace peregrine::system {

using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr int kTries = 100;
constexpr uint16_t kProbedPorts[] = {5432, 6379};  // a system's first databases listen here
constexpr uint16_t kFirstPort = 20'000;
constexpr uint16_t kLastPort = 29'999;

bool can_bind(uint32_t host, uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(host);
  address.sin_port = htons(port);
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return bound;
}

}  // namespace

Result<std::string> own_loopback_address() {
  base::Random random(base::fresh_seed());
  for (int i = 0; i < kTries; ++i) {
    // Not 127.0.x.y, where people's own servers are.
    const auto a = static_cast<uint32_t>(random.between(1, 254));
    const auto b = static_cast<uint32_t>(random.between(0, 255));
    const auto c = static_cast<uint32_t>(random.between(1, 254));
    const uint32_t host = (127U << 24) | (a << 16) | (b << 8) | c;
    if (std::ranges::all_of(kProbedPorts, [host](uint16_t port) { return can_bind(host, port); })) {
      return fmt::format("127.{}.{}.{}", a, b, c);
    }
  }
  return fail(Code::failed, "no loopback address (127.x.y.z) has the ports {} free",
              fmt::join(kProbedPorts, " and "));
}

Result<uint16_t> free_port() {
  base::Random random(base::fresh_seed());
  for (int i = 0; i < kTries; ++i) {
    const auto port = static_cast<uint16_t>(random.between(kFirstPort, kLastPort));
    if (can_bind(INADDR_ANY, port)) return port;
  }
  return fail(Code::failed, "no free port found between {} and {}", kFirstPort, kLastPort);
}

}  // namespace peregrine::system
