// What trees of processes send and receive over TCP, of IPv4 and IPv6, loopback too: looked at now
// and then, and told by the kernel of what ends in between. socket_ledger.h says whose a socket is.
//
// Traffic of UDP and of Unix sockets is not in it. Nothing is known of a tree whose descriptors may
// not be read, or that is in another network namespace; of none where the kernel has no sock_diag.
//
// A look goes in steps, between which the loop turns: a part of a dump (32 KiB, some 80 sockets) or
// kLinksAtOnce links of /proc/PID/fd. These are read only where sockets have come of which is not
// known whose they are. What ends is read each kPause at the most, SocketStatistics::kMostEnded at
// once, so that a flood costs no more than that, and what is lost is counted.
//
// One thread: the loop's, which outlives it.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "io/loop.h"
#include "io/scope.h"
#include "io/socket_statistics.h"
#include "system/socket_ledger.h"

namespace peregrine::system {

class NetworkMeter {
 public:
  static constexpr base::Duration kPause = std::chrono::milliseconds(1);
  static constexpr size_t kLinksAtOnce = 200;

  NetworkMeter(io::Loop& loop, size_t trees);

  // Begins to listen to what ends. Once, before the first look.
  void start();
  // A look, in two parts: what sockets there are, and who of these processes holds those whose
  // owner is not known. REQUIRES: start() before; the processes were looked for between the two.
  // False when cancelled: it was no look then.
  io::Task<bool> list_sockets();
  io::Task<bool> find_owners(const std::vector<std::vector<pid_t>>& trees);
  // Until all that is in it has ended.
  io::Task<void> stop();

  // In the order of the trees, at the last look.
  std::vector<std::optional<Traffic>> taken() const;
  const SocketLedger& ledger() const { return ledger_; }
  // How often the kernel had more to tell than it keeps; what ended then is not counted.
  uint64_t times_lost() const { return times_lost_; }
  // Why nothing is measured; empty: it is.
  const std::string& why_not() const { return why_not_; }

 private:
  io::Task<void> listen();
  // Whether there may be more.
  bool take_ended();
  // Reads descriptors of a process; false when cancelled.
  io::Task<bool> search(pid_t pid, size_t tree, const std::unordered_set<uint64_t>& wanted);

  io::Loop& loop_;
  std::optional<io::SocketStatistics> statistics_;
  std::string why_not_;
  SocketLedger ledger_;
  std::vector<bool> is_hidden_;  // trees of which nothing is known
  uint64_t times_lost_ = 0;
  bool has_looked_ = false;
  io::Scope scope_;  // ends before what it uses
};

}  // namespace peregrine::system
