#include "io/socket.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/local_ports.h"
#include "io/own_sockets.h"

namespace peregrine::io {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;

namespace {

constexpr int kBacklog = 4096;
constexpr base::Duration kQueueFullPause = std::chrono::milliseconds(1);

struct RawAddress {
  sockaddr_storage bytes{};
  socklen_t length = 0;
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&bytes); }
};

Result<RawAddress> to_raw(const Address& address) {
  RawAddress result;
  if (!address.path.empty()) {
    auto* local = reinterpret_cast<sockaddr_un*>(&result.bytes);
    if (address.path.size() >= sizeof local->sun_path) {
      return fail(Code::limit, "the path of a Unix socket may have {} bytes: {}",
                  sizeof local->sun_path - 1, address.path);
    }
    local->sun_family = AF_UNIX;
    std::memcpy(local->sun_path, address.path.c_str(), address.path.size() + 1);
    result.length = sizeof(sockaddr_un);
    return result;
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&result.bytes);
  if (inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    result.length = sizeof *v4;
    return result;
  }
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.bytes);
  if (inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    result.length = sizeof *v6;
    return result;
  }
  return fail(Code::invalid, "not an IP address: '{}'", address.host);
}

Result<int> open_socket(const RawAddress& to) {
  const int fd = socket(to.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail_errno(errno, "socket");
  if (to.bytes.ss_family != AF_UNIX) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    narrow_local_ports(fd);
  }
  return fd;
}

}  // namespace

std::string Address::to_string() const {
  if (!path.empty()) return path;
  const bool v6 = host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

Task<Result<Socket>> Socket::connect(Loop& loop, Address to, Deadline deadline) {
  CO_TRY(RawAddress raw, to_raw(to));
  CO_TRY(const int fd, open_socket(raw));
  if (to.path.empty()) remember_own_socket(fd);
  Socket result(loop, fd);
  result.watch_->can_write = false;
  bool among_all = false;
  while (::connect(fd, raw.raw(), raw.length) != 0 && errno != EINPROGRESS) {
    if (errno == EADDRNOTAVAIL && !std::exchange(among_all, true)) {
      widen_local_ports(fd);
      continue;
    }
    if (errno != EAGAIN) {
      co_return fail_errno(errno, fmt::format("connect to {}", to.to_string()));
    }
    // A Unix socket whose queue is full gives no event when there is room again.
    if (loop.now() >= deadline.at) {
      co_return fail(Code::timeout, "connect to {}: its queue is full", to.to_string());
    }
    CO_TRY_OK(co_await loop.sleep(kQueueFullPause));
  }
  while (!result.watch_->can_write) {
    Result<> woken = co_await result.watch_->writable.wait(deadline);
    if (!woken) {
      co_return base::because(woken.error(), fmt::format("connect to {}", to.to_string()));
    }
  }
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) co_return fail_errno(error, fmt::format("connect to {}", to.to_string()));
  co_return std::move(result);
}

Task<Result<size_t>> Socket::receive(std::span<char> into, Deadline deadline) {
  for (;;) {
    if (++watch_->busy_reads > kBusyReads) {
      watch_->busy_reads = 0;
      CO_TRY_OK(co_await watch_->loop().yield());
    }
    if (watch_->can_read) {
      const ssize_t n = recv(watch_->fd(), into.data(), into.size(), 0);
      if (n >= 0) {
        // A short read emptied the socket; asking again before the next event would be in vain.
        if (static_cast<size_t>(n) < into.size() && !watch_->hung_up) watch_->can_read = false;
        co_return static_cast<size_t>(n);
      }
      if (errno != EAGAIN && errno != EINTR) co_return fail_errno(errno, "receive");
      if (errno == EAGAIN) watch_->can_read = false;
    } else {
      CO_TRY_OK(co_await watch_->readable.wait(deadline));
      watch_->busy_reads = 0;
    }
  }
}

size_t Socket::send_now(std::string_view bytes) {
  const ssize_t n = ::send(watch_->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return n > 0 ? static_cast<size_t>(n) : 0;
}

Task<Result<>> Socket::send(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(watch_->fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno == EAGAIN) {
      watch_->can_write = false;
      CO_TRY_OK(co_await watch_->writable.wait(deadline));
    } else if (errno != EINTR) {
      co_return fail_errno(errno, "send");
    }
  }
  co_return Result<>{};
}

Task<Result<>> Socket::finish_sending(Deadline) {
  // Fails only when the other side is gone already.
  shutdown(watch_->fd(), SHUT_WR);
  co_return Result<>{};
}

void Socket::abort() { shutdown(watch_->fd(), SHUT_RDWR); }

bool Socket::is_quiet() const {
  char byte = 0;
  return recv(watch_->fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

Result<Listener> Listener::open(Loop& loop, const Address& at) {
  TRY(RawAddress raw, to_raw(at));
  TRY(const int fd, open_socket(raw));
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, raw.raw(), raw.length) != 0 || listen(fd, kBacklog) != 0) {
    const int error = errno;
    ::close(fd);
    return fail_errno(error, fmt::format("listen on {}", at.to_string()));
  }
  Address bound = at;
  if (at.path.empty()) {
    getsockname(fd, raw.raw(), &raw.length);
    bound.port = ntohs(raw.bytes.ss_family == AF_INET6
                           ? reinterpret_cast<sockaddr_in6*>(&raw.bytes)->sin6_port
                           : reinterpret_cast<sockaddr_in*>(&raw.bytes)->sin_port);
  }
  return Listener(loop, fd, std::move(bound));
}

Task<Result<Socket>> Listener::accept(Deadline deadline) {
  for (;;) {
    if (++watch_->busy_reads > kBusyReads) {
      watch_->busy_reads = 0;
      CO_TRY_OK(co_await watch_->loop().yield());
    }
    const int fd = accept4(watch_->fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // no effect on a Unix socket
      co_return Socket(watch_->loop(), fd);
    }
    // ECONNABORTED: the client left while it queued.
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno != EAGAIN) co_return fail_errno(errno, "accept");
    CO_TRY_OK(co_await watch_->readable.wait(deadline));
    watch_->busy_reads = 0;
  }
}

}  // namespace peregrine::io
