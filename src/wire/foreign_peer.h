// For tests of codecs against programs of others: blocking sockets on the loopback, and programs
// that end with the test. Every wait has a limit; whatever fails to begin with is a failed check.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

namespace peregrine::wire::foreign {

inline constexpr int kWaitSeconds = 10;
inline constexpr int kSilentSeconds = 60;  // of a program that works before it prints

inline sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {
    base::check(fd >= 0, "no socket");
    const timeval wait{.tv_sec = kWaitSeconds, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }

  static Socket listening() {
    Socket result(socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in address = loopback(0);
    base::check(bind(result.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    base::check(listen(result.fd_, 8) == 0);
    return result;
  }

  static std::optional<Socket> connected(uint16_t port) {
    Socket result(socket(AF_INET, SOCK_STREAM, 0));
    const sockaddr_in address = loopback(port);
    if (connect(result.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      return std::nullopt;
    }
    return result;
  }

  uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

  Socket accepted() const { return Socket(accept(fd_, nullptr, nullptr)); }

  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Empty at the end of the stream, or when nothing came for too long.
  std::string receive() const {
    std::string bytes(4096, '\0');
    const ssize_t size = recv(fd_, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<size_t>(size) : 0);
    return bytes;
  }

 private:
  int fd_;
};

// A program of the PATH, its output in a pipe; killed at the end if it still runs.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    base::check(pipe2(output_, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output_[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output_[1], STDERR_FILENO);
    std::vector<char*> list;
    for (std::string& argument : arguments) list.push_back(argument.data());
    list.push_back(nullptr);
    started_ = posix_spawnp(&pid_, list.front(), &actions, nullptr, list.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(output_[1]);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    close(output_[0]);
    if (!started_ || ended_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  bool started() const { return started_; }  // or there is no such program

  // All that it prints until its end, and its exit code. One that prints nothing for too long is
  // killed.
  std::pair<std::string, int> finish() {
    std::string all;
    char part[4096];
    for (;;) {
      pollfd printed{.fd = output_[0], .events = POLLIN, .revents = 0};
      if (poll(&printed, 1, kSilentSeconds * 1000) <= 0) kill(pid_, SIGKILL);
      const ssize_t size = read(output_[0], part, sizeof part);
      if (size <= 0) break;
      all.append(part, static_cast<size_t>(size));
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    ended_ = true;
    return {all, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
  }

 private:
  int output_[2] = {-1, -1};
  pid_t pid_ = -1;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace peregrine::wire::foreign
