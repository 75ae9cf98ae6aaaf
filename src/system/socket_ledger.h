// Whose network traffic it was: adds up, for each of some parties (trees of processes), what the
// kernel counts for single sockets (io/socket_statistics.h).
//
// A socket is known by its cookie. It belongs to the party that listens on its local address and
// port, else to the one that holds its inode. What has grown since it was last looked at is added;
// one that was made after the first look counts in full, one that was there before from then on.
// One that ended is settled by its last counts. If no look has seen it, who listens on its port
// says whose it was; one that was nobody's, and no own socket (io/own_sockets.h), counts apart.
//
// A look: begin_look(), see() for each socket, wanted() for the inodes whose holder is to be found,
// find() for those that were, end_look(). ended() at any time.
//
// Bounded: no more than kMostFollowed sockets and kMostListeners; those beyond are counted, not
// followed. No system calls.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "io/socket_statistics.h"

namespace peregrine::system {

struct Traffic {
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
  uint64_t retransmitted = 0;  // segments
  uint64_t opened = 0;         // connections, since the first look
  uint64_t connections = 0;    // that were there at the last look
};

class SocketLedger {
 public:
  static constexpr size_t kMostFollowed = 100'000;
  static constexpr size_t kMostListeners = 10'000;

  explicit SocketLedger(size_t parties) : parties_(parties) {}

  void begin_look();
  void see(const io::TcpSocket& socket);
  const std::unordered_set<uint64_t>& wanted();
  void find(uint64_t inode, size_t party);
  void end_look();
  void ended(const io::TcpSocket& socket);

  const std::vector<Traffic>& parties() const { return parties_; }
  // Of connections that began and ended between two looks, and were of no known party.
  const Traffic& unattributed() const { return unattributed_; }
  // Sockets that there was no room to follow.
  uint64_t not_followed() const { return not_followed_; }

 private:
  using Owner = std::optional<size_t>;  // none: a stranger
  struct Counts {
    uint64_t received_bytes = 0, sent_bytes = 0, retransmitted = 0;
  };
  struct Followed {
    Counts added{};   // to its owner, so far
    Counts latest{};  // at the last look
    io::TcpEnd local{};
    uint64_t inode = 0;
    uint64_t look = 0;  // the last that saw it
    Owner owner{};
    bool is_decided = false;  // whose it is
    bool listens = false;
    bool is_old = false;       // it was there before the first look
    uint8_t times_sought = 0;  // its inode, in vain
  };
  struct Listener {
    Owner owner;
    uint64_t look = 0;
  };
  using Sockets = std::unordered_map<uint64_t, Followed>;

  static Counts counts_of(const io::TcpSocket& socket);
  static void add(const Counts& now, const Counts& before, Traffic& to);
  void follow(const io::TcpSocket& socket);
  template <class Each>
  void for_each_undecided(const Each& each);
  void decide(Followed& socket, Owner owner);
  bool decide_by_port(Followed& socket);
  void decide_by_holder(Followed& socket);
  const Listener* listener_at(const io::TcpEnd& local) const;
  void settle_unseen(const io::TcpSocket& socket);
  void forget_those_gone();

  std::vector<Traffic> parties_;
  Traffic unattributed_;
  uint64_t not_followed_ = 0;
  uint64_t look_ = 0;
  bool has_looked_ = false;
  Sockets followed_;
  std::map<io::TcpEnd, Listener> listeners_;
  std::unordered_set<uint64_t> ended_in_look_;
  std::vector<uint64_t> undecided_;  // of this look, by cookie
  std::unordered_set<uint64_t> wanted_;
  std::unordered_map<uint64_t, size_t> holders_;  // of inodes
};

}  // namespace peregrine::system
