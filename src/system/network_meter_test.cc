#include "system/network_meter.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

namespace peregrine::system {
namespace {

using namespace std::chrono_literals;
using io::Task;

constexpr size_t kAnswer = 3000;

// Answers whatever comes with kAnswer bytes, one connection after the other.
void serve(int listener) {
  const std::string answer(kAnswer, 'a');
  for (;;) {
    const int fd = accept(listener, nullptr, nullptr);
    std::array<char, 1000> buffer{};
    while (recv(fd, buffer.data(), buffer.size(), 0) > 0) {
      (void)!write(fd, answer.data(), answer.size());
    }
    close(fd);
  }
}

// A process that listens, as a service does; `pid` is its own, the socket is not ours.
class Service {
 public:
  Service() {
    int told[2];
    if (pipe(told) != 0) return;
    pid = fork();
    if (pid == 0) {
      const int listener = socket(AF_INET, SOCK_STREAM, 0);
      sockaddr_in at{};
      at.sin_family = AF_INET;
      at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t length = sizeof at;
      bind(listener, reinterpret_cast<sockaddr*>(&at), length);
      listen(listener, 64);
      getsockname(listener, reinterpret_cast<sockaddr*>(&at), &length);
      (void)!write(told[1], &at, sizeof at);
      serve(listener);
    }
    (void)!read(told[0], &address, sizeof address);
    close(told[0]);
    close(told[1]);
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  int connect_to() const {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return fd;
  }
  // Sends that many bytes, at most 1,000, and takes the answer.
  static void ask(int fd, size_t bytes) {
    const std::string text(bytes, 'q');
    std::string answer(kAnswer, ' ');
    ASSERT_EQ(write(fd, text.data(), bytes), static_cast<ssize_t>(bytes));
    ASSERT_EQ(recv(fd, answer.data(), kAnswer, MSG_WAITALL), static_cast<ssize_t>(kAnswer));
  }

  pid_t pid = -1;
  sockaddr_in address{};
};

Task<void> look(NetworkMeter& meter, std::vector<std::vector<pid_t>> trees) {
  EXPECT_TRUE(co_await meter.list_sockets());
  EXPECT_TRUE(co_await meter.find_owners(trees));
}

Task<void> measure(io::Loop& loop, const Service& first, const Service& second) {
  NetworkMeter meter(loop, 2);
  if (!meter.why_not().empty()) co_return;
  const std::vector<std::vector<pid_t>> trees{{first.pid}, {second.pid}};
  meter.start();
  const int old = first.connect_to();
  Service::ask(old, 500);
  co_await look(meter, trees);
  Service::ask(old, 100);
  close(old);
  co_await loop.sleep(50ms);
  const int kept = second.connect_to();
  Service::ask(kept, 700);
  co_await look(meter, trees);
  // It lives between two looks alone.
  const int brief = first.connect_to();
  Service::ask(brief, 200);
  Service::ask(brief, 30);
  close(brief);
  co_await loop.sleep(50ms);
  co_await look(meter, trees);
  const auto taken = meter.taken();
  co_await meter.stop();
  close(kept);
  EXPECT_TRUE(taken[0] && taken[1]);
  if (!taken[0] || !taken[1]) co_return;
  EXPECT_EQ(taken[0]->received_bytes, 100U + 1 + 230 + 1);  // and the ends of two
  EXPECT_EQ(taken[0]->sent_bytes, 3 * kAnswer);
  EXPECT_EQ(taken[0]->opened, 1U);
  EXPECT_EQ(taken[0]->connections, 0U);
  EXPECT_EQ(taken[1]->received_bytes, 700U);
  EXPECT_EQ(taken[1]->sent_bytes, kAnswer);
  EXPECT_EQ(taken[1]->opened, 1U);
  EXPECT_EQ(taken[1]->connections, 1U);
  EXPECT_EQ(meter.times_lost(), 0U);
}

TEST(NetworkMeterTest, TellsWhatEachServiceSentAndReceived) {
  const Service first, second;
  const std::unique_ptr<io::Loop> loop = *io::Loop::create();
  if (!io::SocketStatistics::open(*loop)) GTEST_SKIP() << "this kernel has no sock_diag";
  loop->run(measure(*loop, first, second));
}

}  // namespace
}  // namespace peregrine::system
