#include "io/socket_statistics.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace peregrine::io {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;

namespace {

// The kernel puts as much into a message as fits, up to 32 KiB.
constexpr size_t kBuffer = 64 << 10;
// Of those that ended, asked for: the system may give less (net.core.rmem_max). The kernel counts
// some 1,300 bytes for each.
constexpr int kEndedBuffer = 8 << 20;
constexpr uint8_t kListens = 10;  // TCP_LISTEN of the kernel's enum of states
// All but TCP_TIME_WAIT (6), TCP_CLOSE (7) and TCP_NEW_SYN_RECV (12), which hold no counts.
constexpr uint32_t kStates = 0xfff & ~(1U << 6 | 1U << 7 | 1U << 12);
constexpr uint8_t kMapped = 0xff;

// As drawn in netlink(7): a header, what the family puts there, attributes.
//   nlmsghdr | inet_diag_msg | rtattr, its value, padding to 4 | …
template <class T>
std::optional<T> read_at(std::string_view bytes, size_t at = 0) {
  if (bytes.size() < at + sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string_view from(std::string_view bytes, size_t at) {
  return at < bytes.size() ? bytes.substr(at) : std::string_view();
}

TcpEnd end_of(uint8_t family, const uint32_t (&address)[4], uint16_t port) {
  TcpEnd end{.address = {}, .port = ntohs(port)};
  if (family == AF_INET6) {
    std::memcpy(end.address.data(), address, end.address.size());
  } else {
    end.address[10] = end.address[11] = kMapped;
    std::memcpy(&end.address[12], address, 4);
  }
  return end;
}

// The value of INET_DIAG_INFO.
std::string_view info_in(std::string_view attributes) {
  while (const auto head = read_at<rtattr>(attributes)) {
    if (head->rta_len < sizeof(rtattr) || head->rta_len > attributes.size()) break;
    if (head->rta_type == INET_DIAG_INFO) {
      return attributes.substr(sizeof(rtattr), head->rta_len - sizeof(rtattr));
    }
    attributes = from(attributes, RTA_ALIGN(head->rta_len));
  }
  return {};
}

// Nothing of a socket without the counts.
std::optional<TcpSocket> socket_in(std::string_view message) {
  const auto about = read_at<inet_diag_msg>(message);
  if (!about) return std::nullopt;
  const std::string_view info = info_in(from(message, NLMSG_ALIGN(sizeof(inet_diag_msg))));
  const auto count64 = [&](size_t at) { return read_at<uint64_t>(info, at); };
  const auto sent = count64(offsetof(tcp_info, tcpi_bytes_sent));
  const auto again = count64(offsetof(tcp_info, tcpi_bytes_retrans));
  const auto received = count64(offsetof(tcp_info, tcpi_bytes_received));
  const auto segments = read_at<uint32_t>(info, offsetof(tcp_info, tcpi_total_retrans));
  if (!sent || !again || !received || !segments) return std::nullopt;
  return TcpSocket{
      .cookie = about->id.idiag_cookie[0] | static_cast<uint64_t>(about->id.idiag_cookie[1]) << 32,
      .inode = about->idiag_inode,
      .listens = about->idiag_state == kListens,
      .local = end_of(about->idiag_family, about->id.idiag_src, about->id.idiag_sport),
      .sent_bytes = *sent - std::min(*again, *sent),
      .received_bytes = *received,
      .retransmitted = *segments};
}

// What a datagram of the kernel holds.
struct Told {
  bool is_done = false;
  int error = 0;
  bool lacks_counts = false;
};

Told read_messages(std::string_view bytes, std::vector<TcpSocket>& into) {
  Told told;
  while (const auto head = read_at<nlmsghdr>(bytes)) {
    if (head->nlmsg_len < NLMSG_HDRLEN || head->nlmsg_len > bytes.size()) break;
    const std::string_view body = bytes.substr(NLMSG_HDRLEN, head->nlmsg_len - NLMSG_HDRLEN);
    if (head->nlmsg_type == NLMSG_DONE) told.is_done = true;
    if (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE) {
      told.error = -read_at<int>(body).value_or(0);
    } else if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
      if (const auto socket = socket_in(body)) {
        into.push_back(*socket);
      } else {
        told.lacks_counts = true;
      }
    }
    bytes = from(bytes, NLMSG_ALIGN(head->nlmsg_len));
  }
  return told;
}

Result<int> open_netlink() {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
  if (fd < 0) return fail_errno(errno, "ask the kernel for its sockets (sock_diag)");
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  // Without an address of its own nothing is told to it.
  if (bind(fd, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0) return fd;
  const int error = errno;
  close(fd);
  return fail_errno(error, "bind a socket of sock_diag");
}

Result<int> open_ended() {
  TRY(const int fd, open_netlink());
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kEndedBuffer, sizeof kEndedBuffer);
  for (const int group : {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY}) {
    if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0) continue;
    const int error = errno;
    close(fd);
    return fail_errno(error, "ask the kernel to tell of TCP sockets that end");
  }
  return fd;
}

}  // namespace

Result<SocketStatistics> SocketStatistics::open(Loop& loop) {
  TRY(const int dump, open_netlink());
  Result<int> ended = open_ended();
  if (!ended) close(dump);
  if (!ended) return std::unexpected(ended.error());
  return SocketStatistics(dump, std::make_unique<Watch>(loop, *ended));
}

SocketStatistics::SocketStatistics(int dump, std::unique_ptr<Watch> ended)
    : dump_(dump), ended_(std::move(ended)), buffer_(kBuffer) {}

SocketStatistics::SocketStatistics(SocketStatistics&& other) noexcept
    : dump_(std::exchange(other.dump_, -1)),
      ended_(std::move(other.ended_)),
      has_more_(other.has_more_),
      is_of_ipv6_(other.is_of_ipv6_),
      buffer_(std::move(other.buffer_)),
      sockets_(std::move(other.sockets_)) {}

SocketStatistics::~SocketStatistics() {
  if (dump_ >= 0) close(dump_);
}

Result<> SocketStatistics::start_dump() {
  if (has_more_) {  // another was given up: what it still holds goes with its descriptor
    TRY(const int fd, open_netlink());
    close(std::exchange(dump_, fd));
  }
  return request(AF_INET);
}

Result<> SocketStatistics::request(uint8_t family) {
  struct {
    nlmsghdr head;
    inet_diag_req_v2 body;
  } asked{};
  asked.head.nlmsg_len = sizeof asked;
  asked.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  asked.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  asked.body.sdiag_family = family;
  asked.body.sdiag_protocol = IPPROTO_TCP;
  asked.body.idiag_ext = 1 << (INET_DIAG_INFO - 1);
  asked.body.idiag_states = kStates;
  if (send(dump_, &asked, sizeof asked, 0) < 0) return fail_errno(errno, "ask for TCP sockets");
  has_more_ = true;
  is_of_ipv6_ = family == AF_INET6;
  return {};
}

Result<std::span<const TcpSocket>> SocketStatistics::read_dump() {
  sockets_.clear();
  const ssize_t got = recv(dump_, buffer_.data(), buffer_.size(), 0);
  if (got < 0) return fail_errno(errno, "read TCP sockets");
  const Told told = read_messages({buffer_.data(), static_cast<size_t>(got)}, sockets_);
  if (told.is_done || told.error != 0) has_more_ = false;
  // A kernel without IPv6 has no sockets of it.
  if (told.error == ENOENT && is_of_ipv6_) return sockets_;
  if (told.error != 0) return fail_errno(told.error, "list TCP sockets");
  if (told.lacks_counts) {
    return fail(Code::failed, "the kernel does not count what a TCP socket sends: take Linux 4.19");
  }
  if (told.is_done && !is_of_ipv6_) TRY_OK(request(AF_INET6));
  return sockets_;
}

SocketStatistics::Ended SocketStatistics::read_ended() {
  sockets_.clear();
  Ended ended;
  while (sockets_.size() < kMostEnded) {
    const ssize_t got = recv(ended_->fd(), buffer_.data(), buffer_.size(), 0);
    if (got >= 0) {
      (void)read_messages({buffer_.data(), static_cast<size_t>(got)}, sockets_);
    } else if (errno == ENOBUFS) {
      ended.lost = true;
    } else if (errno != EINTR) {
      ended_->can_read = false;
      break;
    }
  }
  ended.sockets = sockets_;
  return ended;
}

Task<Result<>> SocketStatistics::wait_for_ended(Deadline deadline) {
  while (!ended_->can_read) CO_TRY_OK(co_await ended_->readable.wait(deadline));
  co_return Result<>{};
}

}  // namespace peregrine::io
