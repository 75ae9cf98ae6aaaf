// What TCP sockets of this network namespace have sent and received, as the kernel counts it:
// sock_diag (sock_diag(7), linux/inet_diag.h, linux/sock_diag.h), which needs no privilege.
//
// Two sources. A dump lists all sockets that are there, and is read in parts, between which a loop
// may turn. When a socket ends the kernel tells what it did in all; who does not read that in time
// loses some of it, and is told so.
//
// Bytes are those of TCP's payload, each once however often it was sent. The end of what the other
// side sends (FIN) counts as a byte received.
//
// Owns its descriptors. One thread: the loop's. Fails where the kernel has no sock_diag for TCP, or
// one before Linux 4.19, which does not count what was sent.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "io/loop.h"

namespace peregrine::io {

struct TcpEnd {
  std::array<uint8_t, 16> address{};  // IPv6, or IPv4 mapped to it (RFC 4291, section 2.5.5.2)
  uint16_t port = 0;
  auto operator<=>(const TcpEnd&) const = default;
};

struct TcpSocket {
  uint64_t cookie = 0;  // no other socket has it, as long as the machine runs
  uint64_t inode = 0;   // as /proc/PID/fd has it; 0: not accepted yet, or closed
  bool listens = false;
  TcpEnd local{};
  uint64_t sent_bytes = 0;
  uint64_t received_bytes = 0;
  uint64_t retransmitted = 0;  // segments
};

class SocketStatistics {
 public:
  static base::Result<SocketStatistics> open(Loop& loop);
  SocketStatistics(SocketStatistics&& other) noexcept;
  SocketStatistics& operator=(SocketStatistics&& other) = delete;
  ~SocketStatistics();

  // A dump: start_dump(), then read_dump() as long as has_more(). Each socket was there at some
  // time of the dump, not all at the same; it may have been told of as ended before its part is
  // read. What is read, here and below, is valid until anything is read again.
  base::Result<> start_dump();
  base::Result<std::span<const TcpSocket>> read_dump();
  bool has_more() const { return has_more_; }

  // Some of those that ended since they were last read, at most kMostEnded; fewer: that was all.
  struct Ended {
    std::span<const TcpSocket> sockets;
    bool lost = false;  // there were others, which nobody knows of any more
  };
  static constexpr size_t kMostEnded = 256;
  Ended read_ended();
  // Until there are some to read.
  Task<base::Result<>> wait_for_ended(Deadline deadline);

 private:
  SocketStatistics(int dump, std::unique_ptr<Watch> ended);
  base::Result<> request(uint8_t family);

  int dump_;
  std::unique_ptr<Watch> ended_;
  bool has_more_ = false;
  bool is_of_ipv6_ = false;  // the part of the dump that is being read
  std::vector<char> buffer_;
  std::vector<TcpSocket> sockets_;
};

}  // namespace peregrine::io
