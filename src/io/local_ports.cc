#include "io/local_ports.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <fstream>

namespace peregrine::io {

namespace {

constexpr int kLocalPortRange = 51;  // IP_LOCAL_PORT_RANGE, which Debian 12's headers do not have
constexpr uint32_t kAtOnce = 32;

struct Ports {
  uint32_t low = 0, count = 0;  // none where the kernel does not say
};

// Those that the kernel gives.
Ports read_ports() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  uint32_t low = 0;
  uint32_t high = 0;
  if (!(file >> low >> high) || high > UINT16_MAX || low == 0 || high < low) return {};
  return {low, high - low + 1};
}

void set(int fd, uint32_t low, uint32_t high) {
  const uint32_t range = low | high << 16U;
  (void)setsockopt(fd, IPPROTO_IP, kLocalPortRange, &range, sizeof range);
}

}  // namespace

void narrow_local_ports(int fd) {
  static const Ports ports = read_ports();
  // Processes that begin together do not begin with the same.
  static std::atomic<uint32_t> next = static_cast<uint32_t>(getpid()) * 1'009;
  if (ports.count < kAtOnce) return;
  const uint32_t first = ports.low + next++ % (ports.count - kAtOnce + 1);
  set(fd, first, first + kAtOnce - 1);
}

void widen_local_ports(int fd) { set(fd, 0, 0); }

}  // namespace peregrine::io
