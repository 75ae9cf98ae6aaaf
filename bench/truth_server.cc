// A service that knows how long it took: what a load generator tells is compared with its record.
//
// usage: bench_truth_server HOST PORT FILE mix|stall
//
//   mix    each request is answered after a delay of its own, from 10 ms on; seeded, so that each
//          run draws the same ones. What is recorded is the delay that was really made.
//   stall  each request is answered at once, but once, kStallAfter after the first of them, nothing
//          at all is done for kStall.
//
// Only `GET /items…` is counted; anything else is answered at once and not recorded. On SIGTERM the
// record is written to FILE, in nanoseconds of the monotonic clock: a comment `# stall: BEGIN END`
// if there was one, then CSV, a row for each answer in the order in which they were sent.
//
// One thread, epoll. A request has to come in one piece, and nothing is pipelined.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "base/time.h"

namespace peregrine {
namespace {

using base::check;
using base::Duration;
using base::Instant;
using namespace std::chrono_literals;

constexpr int kBacklog = 4096;
constexpr int kEventsPerPoll = 256;
constexpr size_t kRequestBytes = 16 << 10;
constexpr size_t kMostAnswers = 10'000'000;  // that are recorded
constexpr uint64_t kSeed = 7;
constexpr Duration kStallAfter = 4s;
constexpr Duration kStall = 1s;
constexpr std::string_view kCounted = "GET /items";
constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}";

enum class Way { mix, stall };

struct Answer {
  Instant received;
  Instant sent;
};

struct Stall {
  Instant begin;
  Instant end;
};

// An answer that waits until it is due. The connection may have ended meanwhile and its number be
// another's: `life` tells.
struct Waiting {
  Instant due;
  Instant received;
  int fd;
  uint64_t life;

  bool operator<(const Waiting& other) const { return due > other.due; }
};

int listen_on(const char* host, const char* port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  uint16_t number = 0;
  const std::string_view digits = port;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  at.sin_port = htons(number);
  check(inet_pton(AF_INET, host, &at.sin_addr) == 1, "HOST is no IPv4 address");
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  check(bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
            listen(listener, kBacklog) == 0,
        "cannot listen");
  return listener;
}

// A descriptor that becomes readable when this process is told to end.
int watch_for_end() {
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigprocmask(SIG_BLOCK, &end, nullptr);
  return signalfd(-1, &end, SFD_CLOEXEC);
}

timespec to_timespec(Duration span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  return {seconds.count(), (span - seconds).count()};
}

class Server {
 public:
  Server(int listener, Way way) : listener_(listener), way_(way) {
    watch(listener_);
    watch(end_);
  }

  void serve_until_end() {
    std::array<epoll_event, kEventsPerPoll> events;
    for (;;) {
      const auto span = until_next();
      const timespec timeout = to_timespec(span.value_or(Duration::zero()));
      const int n =
          epoll_pwait2(epoll_, events.data(), kEventsPerPoll, span ? &timeout : nullptr, nullptr);
      stall_if_due();
      for (int i = 0; i < n; ++i) {
        const int fd = events[static_cast<size_t>(i)].data.fd;
        if (fd == end_) return;
        if (fd == listener_) {
          accept_all();
        } else {
          serve(fd);
        }
      }
      answer_what_is_due();
    }
  }

  void write_record(const char* path) const {
    std::FILE* file = std::fopen(path, "w");
    check(file, "FILE cannot be written");
    const auto ns = [](Instant at) { return at.time_since_epoch().count(); };
    if (stalled_) fmt::print(file, "# stall: {} {}\n", ns(stalled_->begin), ns(stalled_->end));
    fmt::print(file, "received_ns,sent_ns\n");
    for (const Answer& one : answers_) {
      fmt::print(file, "{},{}\n", ns(one.received), ns(one.sent));
    }
    check(std::fclose(file) == 0, "FILE cannot be written");
  }

 private:
  void watch(int fd) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    check(epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
  }

  // What came with a new connection is read at once, so that requests are answered in the order in
  // which they came, after a stall too.
  void accept_all() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(fd);
      if (static_cast<size_t>(fd) >= lives_.size()) lives_.resize(static_cast<size_t>(fd) + 1);
      serve(fd);
    }
  }

  void serve(int fd) {
    static std::array<char, kRequestBytes> buffer;
    const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
      ++lives_[static_cast<size_t>(fd)];
      close(fd);
      return;
    }
    const Instant now = base::monotonic_now();
    if (!std::string_view(buffer.data(), static_cast<size_t>(n)).starts_with(kCounted)) {
      send_answer(fd);
    } else if (way_ == Way::mix) {
      waiting_.push({now + next_delay(), now, fd, lives_[static_cast<size_t>(fd)]});
    } else {
      if (!first_) first_ = now;
      answer(fd, now);
    }
  }

  // Two of a hundred are the tail.
  Duration next_delay() {
    const bool tail = random_.below(100) < 2;
    return std::chrono::microseconds(tail ? random_.between(200'000, 500'000)
                                          : random_.between(10'000, 200'000));
  }

  void answer(int fd, Instant received) {
    check(answers_.size() < kMostAnswers, "more answers than are recorded");
    answers_.push_back({received, base::monotonic_now()});
    send_answer(fd);
  }

  static void send_answer(int fd) {
    (void)send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  void answer_what_is_due() {
    while (!waiting_.empty() && waiting_.top().due <= base::monotonic_now()) {
      const Waiting one = waiting_.top();
      waiting_.pop();
      if (lives_[static_cast<size_t>(one.fd)] == one.life) answer(one.fd, one.received);
    }
  }

  bool is_to_stall() const { return way_ == Way::stall && first_ && !stalled_; }

  void stall_if_due() {
    const Instant begin = base::monotonic_now();
    if (!is_to_stall() || begin < *first_ + kStallAfter) return;
    std::this_thread::sleep_until(begin + kStall);
    stalled_ = Stall{begin, base::monotonic_now()};
  }

  // Until something is to be done that no descriptor tells; none: nothing is.
  std::optional<Duration> until_next() const {
    std::optional<Instant> next;
    if (!waiting_.empty()) next = waiting_.top().due;
    if (is_to_stall()) next = *first_ + kStallAfter;
    if (!next) return std::nullopt;
    return std::max(*next - base::monotonic_now(), Duration::zero());
  }

  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  const int end_ = watch_for_end();
  const int listener_;
  const Way way_;
  base::Random random_{kSeed};
  std::vector<uint64_t> lives_;  // by descriptor: how many connections had it before
  std::priority_queue<Waiting> waiting_;
  std::optional<Instant> first_;  // request that is counted
  std::optional<Stall> stalled_;
  std::vector<Answer> answers_;
};

}  // namespace
}  // namespace peregrine

int main(int argc, char** argv) {
  using namespace peregrine;
  const std::string_view way = argc == 5 ? argv[4] : "";
  check(way == "mix" || way == "stall", "usage: bench_truth_server HOST PORT FILE mix|stall");
  prctl(PR_SET_TIMERSLACK, 1);  // ns; a delay ends when it is due
  Server server(listen_on(argv[1], argv[2]), way == "mix" ? Way::mix : Way::stall);
  server.serve_until_end();
  server.write_record(argv[3]);
}
