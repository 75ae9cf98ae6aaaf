#include "io/local_ports.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace peregrine::io {
namespace {

constexpr int kLocalPortRange = 51;  // IP_LOCAL_PORT_RANGE

// Connects to one address of this machine, from sockets that stay open.
class LocalPorts : public ::testing::Test {
 protected:
  void SetUp() override {
    listener_ = new_socket();
    to_.sin_family = AF_INET;
    to_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* raw = reinterpret_cast<sockaddr*>(&to_);
    ASSERT_EQ(bind(listener_, raw, sizeof to_), 0);
    ASSERT_EQ(listen(listener_, 100), 0);
    socklen_t length = sizeof to_;
    ASSERT_EQ(getsockname(listener_, raw, &length), 0);
    if (!set_range(new_socket(), 0, 0)) GTEST_SKIP() << "this kernel takes no range of ports";
  }
  void TearDown() override {
    for (const int fd : sockets_) close(fd);
  }

  int new_socket() { return sockets_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
  static bool set_range(int fd, uint32_t low, uint32_t high) {
    const uint32_t range = low | high << 16U;
    return setsockopt(fd, IPPROTO_IP, kLocalPortRange, &range, sizeof range) == 0;
  }
  // The port that it is from; 0 if there is none.
  int connect(int fd) {
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to_), sizeof to_) != 0) return 0;
    sockaddr_in from{};
    socklen_t length = sizeof from;
    getsockname(fd, reinterpret_cast<sockaddr*>(&from), &length);
    return ntohs(from.sin_port);
  }

 private:
  int listener_ = -1;
  sockaddr_in to_{};
  std::vector<int> sockets_;
};

TEST_F(LocalPorts, AreLookedForAmongAFew) {
  int before = 0;
  int far = 0;
  for (int i = 0; i < 50; ++i) {
    const int fd = new_socket();
    narrow_local_ports(fd);
    const int port = connect(fd);
    ASSERT_NE(port, 0);
    if (before != 0 && std::abs(port - before) > 32) ++far;
    before = port;
  }
  EXPECT_LE(far, 1) << "they begin again at most once";
}

TEST_F(LocalPorts, OfWhichNoneIsFreeAreLookedForAmongAll) {
  const int taken = connect(new_socket());
  ASSERT_NE(taken, 0);
  const int fd = new_socket();
  ASSERT_TRUE(set_range(fd, static_cast<uint32_t>(taken), static_cast<uint32_t>(taken)));
  ASSERT_EQ(connect(fd), 0);
  ASSERT_EQ(errno, EADDRNOTAVAIL);
  widen_local_ports(fd);
  EXPECT_NE(connect(fd), 0);
}

}  // namespace
}  // namespace peregrine::io
