// The service that both wrk and Peregrine are measured against: as little as a server can do, so
// that the client is what is measured. One thread, epoll, answers made beforehand.
//
// usage: bench_target HOST PORT
//
// It answers POST with an order and anything else with an item. A request has to come in one piece
// with its body, as it does from clients on the same machine; nothing is pipelined.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "base/check.h"

namespace {

using peregrine::base::check;

constexpr int kBacklog = 4096;
constexpr int kEventsPerPoll = 256;
constexpr size_t kRequestBytes = 16 << 10;

// With the headers that nginx sends.
std::string answer(std::string_view status, std::string_view body) {
  return std::string("HTTP/1.1 ")
      .append(status)
      .append("\r\nServer: target\r\nDate: Sat, 21 Nov 2026 03:14:53 GMT\r\n")
      .append("Content-Type: application/json\r\nContent-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\nConnection: keep-alive\r\n\r\n")
      .append(body);
}

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

void watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

void accept_all(int epoll, int listener) {
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(epoll, fd);
  }
}

// Whether the connection goes on.
bool serve(int fd, const std::string& item, const std::string& order) {
  static std::array<char, kRequestBytes> buffer;
  const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
  if (n <= 0) return false;
  const std::string& out = buffer[0] == 'P' ? order : item;
  return send(fd, out.data(), out.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(out.size());
}

}  // namespace

int main(int argc, char** argv) {
  check(argc == 3, "usage: bench_target HOST PORT");
  const std::string item = answer("200 OK", R"({"id":42,"name":"widget","ok":true})");
  const std::string order =
      answer("201 Created",
             R"({"id":10042,"state":"open","customer":{"id":7,"name":"Max Mustermann"},)"
             R"("items":[{"sku":"A-17","count":2},{"sku":"B-4","count":1}],"total":"49.90"})");
  const int listener = listen_on(argv[1], argv[2]);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener);
  std::array<epoll_event, kEventsPerPoll> events;
  for (;;) {
    const int n = epoll_wait(epoll, events.data(), kEventsPerPoll, -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<size_t>(i)].data.fd;
      if (fd == listener) {
        accept_all(epoll, listener);
      } else if (!serve(fd, item, order)) {
        close(fd);
      }
    }
  }
}
