#include "io/socket_statistics.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/own_sockets.h"
#include "io/socket.h"

namespace peregrine::io {
namespace {

using namespace std::chrono_literals;
using base::Result;

// Both ends of a connection over loopback, with blocking descriptors.
class Connection {
 public:
  explicit Connection(int family) {
    listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_storage at{};
    at.ss_family = static_cast<sa_family_t>(family);
    if (family == AF_INET6) reinterpret_cast<sockaddr_in6&>(at).sin6_addr = in6addr_loopback;
    if (family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(at).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    socklen_t length = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    if (bind(listener, reinterpret_cast<sockaddr*>(&at), length) != 0) return;
    listen(listener, 8);
    getsockname(listener, reinterpret_cast<sockaddr*>(&at), &length);
    client = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(client, reinterpret_cast<sockaddr*>(&at), length) != 0) return;
    server = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (const int fd : {client, server, listener}) close(fd);
  }

  static void move(int from, int to, size_t bytes) {
    const std::string sent(bytes, 'x');
    ASSERT_EQ(write(from, sent.data(), bytes), static_cast<ssize_t>(bytes));
    std::string got(bytes, ' ');
    ASSERT_EQ(recv(to, got.data(), bytes, MSG_WAITALL), static_cast<ssize_t>(bytes));
  }
  int end_client() { return std::exchange(client, -1); }
  int end_server() { return std::exchange(server, -1); }

  int listener = -1;
  int client = -1;
  int server = -1;
};

uint64_t inode_of(int fd) {
  struct stat about{};
  fstat(fd, &about);
  return about.st_ino;
}

uint64_t cookie_of(int fd) {
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &length);
  return cookie;
}

std::map<uint64_t, TcpSocket> dump(SocketStatistics& statistics) {
  std::map<uint64_t, TcpSocket> all;
  EXPECT_TRUE(statistics.start_dump());
  while (statistics.has_more()) {
    const auto part = statistics.read_dump();
    EXPECT_TRUE(part) << part.error().to_string();
    if (!part) return all;
    for (const TcpSocket& socket : *part) all[socket.cookie] = socket;
  }
  return all;
}

// Those that end until both have.
Task<Result<std::map<uint64_t, TcpSocket>>> ended(SocketStatistics& statistics, uint64_t one,
                                                  uint64_t other, Deadline deadline) {
  std::map<uint64_t, TcpSocket> all;
  while (!all.contains(one) || !all.contains(other)) {
    CO_TRY_OK(co_await statistics.wait_for_ended(deadline));
    for (const TcpSocket& socket : statistics.read_ended().sockets) all[socket.cookie] = socket;
  }
  co_return all;
}

class SocketStatisticsTest : public testing::TestWithParam<int> {
 protected:
  SocketStatisticsTest() {
    auto opened = SocketStatistics::open(*loop_);
    if (opened) statistics_.emplace(*std::move(opened));
  }
  void SetUp() override {
    if (!statistics_) GTEST_SKIP() << "this kernel has no sock_diag";
    if (Connection(GetParam()).server < 0) GTEST_SKIP() << "there is no such loopback here";
  }
  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::optional<SocketStatistics> statistics_;
};

TEST_P(SocketStatisticsTest, CountsWhatBothEndsHaveSentAndReceived) {
  Connection connection(GetParam());
  Connection::move(connection.client, connection.server, 1234);
  Connection::move(connection.server, connection.client, 567'890);
  const auto all = dump(*statistics_);
  const auto client = all.find(cookie_of(connection.client));
  const auto server = all.find(cookie_of(connection.server));
  const auto listener = all.find(cookie_of(connection.listener));
  ASSERT_NE(client, all.end());
  ASSERT_NE(server, all.end());
  ASSERT_NE(listener, all.end());
  EXPECT_EQ(client->second.sent_bytes, 1234U);
  EXPECT_EQ(client->second.received_bytes, 567'890U);
  EXPECT_EQ(server->second.sent_bytes, 567'890U);
  EXPECT_EQ(server->second.received_bytes, 1234U);
  EXPECT_EQ(server->second.inode, inode_of(connection.server));
  EXPECT_FALSE(server->second.listens);
  EXPECT_TRUE(listener->second.listens);
  EXPECT_EQ(listener->second.inode, inode_of(connection.listener));
  EXPECT_EQ(server->second.local, listener->second.local);
  EXPECT_EQ(client->second.local.address, server->second.local.address);
  Connection::move(connection.client, connection.server, 66);
  EXPECT_EQ(dump(*statistics_)[cookie_of(connection.server)].received_bytes, 1300U);
}

TEST_P(SocketStatisticsTest, TellsInAllOfOneThatHasEnded) {
  Connection connection(GetParam());
  Connection::move(connection.client, connection.server, 1234);
  Connection::move(connection.server, connection.client, 5000);
  const uint64_t client = cookie_of(connection.client);
  const uint64_t server = cookie_of(connection.server);
  const TcpEnd local = dump(*statistics_)[server].local;
  close(connection.end_client());
  close(connection.end_server());
  auto both = loop_->run(ended(*statistics_, client, server, loop_->in(5s)));
  ASSERT_TRUE(both) << both.error().to_string();
  EXPECT_EQ((*both)[client].sent_bytes, 1234U);
  EXPECT_EQ((*both)[client].received_bytes, 5001U);  // and the end
  EXPECT_EQ((*both)[server].sent_bytes, 5000U);
  EXPECT_EQ((*both)[server].received_bytes, 1235U);
  EXPECT_EQ((*both)[server].local, local);
  EXPECT_FALSE(dump(*statistics_).contains(server));
}

TEST_P(SocketStatisticsTest, SaysThatItHasLostWhatWasNotReadInTime) {
  int events = 0;
  bool lost = false;
  for (int i = 0; i < 40'000 && !lost; ++i) {
    const int fd = socket(GetParam(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    close(fd);
    if (i % 5000 != 4999) continue;
    usleep(100'000);
  }
  for (int i = 0; i < 400 && !lost; ++i) {
    const auto some = statistics_->read_ended();
    EXPECT_LE(some.sockets.size(), SocketStatistics::kMostEnded);
    events += static_cast<int>(some.sockets.size());
    lost = some.lost;
  }
  EXPECT_TRUE(lost) << events << " were kept";
}

TEST_P(SocketStatisticsTest, ADumpThatWasGivenUpIsNoneOfTheNext) {
  Connection connection(GetParam());
  ASSERT_TRUE(statistics_->start_dump());
  EXPECT_TRUE(dump(*statistics_).contains(cookie_of(connection.server)));
}

INSTANTIATE_TEST_SUITE_P(Families, SocketStatisticsTest, testing::Values(AF_INET, AF_INET6),
                         [](const auto& about) {
                           return about.param == AF_INET ? "IPv4" : "IPv6";
                         });

Task<Result<Socket>> connect_to(Loop& loop, Address to) {
  co_return co_await Socket::connect(loop, std::move(to), loop.in(5s));
}

TEST(OwnSocketsTest, OnlyThoseAreOwnThatThisProgramConnects) {
  remember_own_sockets();
  const std::unique_ptr<Loop> loop = *Loop::create();
  auto statistics = SocketStatistics::open(*loop);
  if (!statistics) GTEST_SKIP() << "this kernel has no sock_diag";
  auto listener = Listener::open(*loop, {"127.0.0.1", 0, ""});
  ASSERT_TRUE(listener);
  const auto before = dump(*statistics);
  const auto socket = loop->run(connect_to(*loop, listener->address()));
  ASSERT_TRUE(socket);
  size_t own = 0, others = 0;
  for (const auto& [cookie, one] : dump(*statistics)) {
    if (before.contains(cookie) || one.listens) continue;
    const bool is_server = one.local.port == listener->address().port;
    (is_own_socket(cookie) ? own : others) += 1;
    EXPECT_TRUE(!is_server || !is_own_socket(cookie));
  }
  EXPECT_EQ(own, 1U);
  EXPECT_GE(others, 1U);
}

}  // namespace
}  // namespace peregrine::io
