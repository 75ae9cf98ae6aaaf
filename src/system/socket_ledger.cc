#include "system/socket_ledger.h"

#include <algorithm>

#include "io/own_sockets.h"

namespace peregrine::system {

namespace {

// Of a connection, then it is a stranger's: it may have been closed meanwhile, which is told later.
constexpr uint8_t kTimesSought = 2;
constexpr uint64_t kLooksRemembered = 3;  // of listeners, and where room is short, of sockets

io::TcpEnd any(const io::TcpEnd& local, bool is_ipv4) {
  io::TcpEnd end{.address = {}, .port = local.port};
  if (is_ipv4) end.address[10] = end.address[11] = 0xff;
  return end;
}

}  // namespace

SocketLedger::Counts SocketLedger::counts_of(const io::TcpSocket& socket) {
  return {socket.received_bytes, socket.sent_bytes, socket.retransmitted};
}

// What was sent again is taken off from what was sent, so that a count may fall by a little.
void SocketLedger::add(const Counts& now, const Counts& before, Traffic& to) {
  const auto grown = [](uint64_t after, uint64_t first) { return after - std::min(first, after); };
  to.received_bytes += grown(now.received_bytes, before.received_bytes);
  to.sent_bytes += grown(now.sent_bytes, before.sent_bytes);
  to.retransmitted += grown(now.retransmitted, before.retransmitted);
}

void SocketLedger::begin_look() {
  ++look_;
  ended_in_look_.clear();
  undecided_.clear();
  wanted_.clear();
  holders_.clear();
  for (Traffic& party : parties_) party.connections = 0;
  if (followed_.size() > kMostFollowed / 2) forget_those_gone();
}

void SocketLedger::forget_those_gone() {
  std::erase_if(followed_,
                [&](const auto& one) { return one.second.look + kLooksRemembered < look_; });
}

void SocketLedger::see(const io::TcpSocket& socket) {
  const auto found = followed_.find(socket.cookie);
  if (found == followed_.end()) return follow(socket);
  Followed& known = found->second;
  known.look = look_;
  known.latest = counts_of(socket);
  if (known.inode == 0) known.inode = socket.inode;  // it was accepted
  if (!known.is_decided) undecided_.push_back(socket.cookie);
  if (known.is_decided && known.listens) {
    const auto at = listeners_.find(known.local);
    if (at != listeners_.end()) at->second.look = look_;
    return;
  }
  if (!known.owner) return;
  add(known.latest, known.added, parties_[*known.owner]);
  known.added = known.latest;
  ++parties_[*known.owner].connections;
}

void SocketLedger::follow(const io::TcpSocket& socket) {
  // What is read of a look may be older than what is told of an end.
  if (ended_in_look_.contains(socket.cookie)) return;
  if (followed_.size() >= kMostFollowed) {
    ++not_followed_;
    return;
  }
  Followed& added = followed_[socket.cookie];
  added.latest = counts_of(socket);
  added.local = socket.local;
  added.inode = socket.inode;
  added.look = look_;
  added.listens = socket.listens;
  added.is_old = look_ == 1;
  if (added.is_old) added.added = added.latest;
  added.is_decided = io::is_own_socket(socket.cookie);
  if (!added.is_decided) undecided_.push_back(socket.cookie);
}

// Those that have ended since they were seen are no more among them.
template <class Each>
void SocketLedger::for_each_undecided(const Each& each) {
  for (const uint64_t cookie : undecided_) {
    const auto found = followed_.find(cookie);
    if (found != followed_.end() && !found->second.is_decided) each(found->second);
  }
}

const SocketLedger::Listener* SocketLedger::listener_at(const io::TcpEnd& local) const {
  const bool is_ipv4 = local.address[10] == 0xff && local.address[11] == 0xff &&
                       std::all_of(local.address.begin(), local.address.begin() + 10,
                                   [](uint8_t byte) { return byte == 0; });
  for (const io::TcpEnd& at : {local, any(local, is_ipv4), any(local, false)}) {
    if (const auto found = listeners_.find(at); found != listeners_.end()) return &found->second;
  }
  return nullptr;
}

void SocketLedger::decide(Followed& socket, Owner owner) {
  socket.is_decided = true;
  socket.owner = owner;
  if (socket.listens) {
    if (listeners_.size() < kMostListeners || listeners_.contains(socket.local)) {
      listeners_[socket.local] = {owner, look_};
    }
    return;
  }
  if (!owner) return;
  Traffic& party = parties_[*owner];
  add(socket.latest, socket.added, party);
  socket.added = socket.latest;
  ++party.connections;
  if (!socket.is_old) ++party.opened;
}

bool SocketLedger::decide_by_port(Followed& socket) {
  if (socket.listens) return false;
  const Listener* listener = listener_at(socket.local);
  if (listener) decide(socket, listener->owner);
  return listener != nullptr;
}

const std::unordered_set<uint64_t>& SocketLedger::wanted() {
  for_each_undecided([&](Followed& socket) {
    if (!decide_by_port(socket) && socket.inode != 0) wanted_.insert(socket.inode);
  });
  return wanted_;
}

void SocketLedger::find(uint64_t inode, size_t party) { holders_.emplace(inode, party); }

void SocketLedger::decide_by_holder(Followed& socket) {
  if (socket.inode == 0) return;  // it may be accepted yet
  const auto held = holders_.find(socket.inode);
  if (held != holders_.end()) {
    decide(socket, held->second);
  } else if (socket.listens || ++socket.times_sought == kTimesSought) {
    decide(socket, std::nullopt);
  }
}

// Who listens says whose others are.
void SocketLedger::end_look() {
  has_looked_ = true;
  for_each_undecided([&](Followed& socket) {
    if (socket.listens) decide_by_holder(socket);
  });
  for_each_undecided([&](Followed& socket) {
    if (!decide_by_port(socket)) decide_by_holder(socket);
  });
  std::erase_if(listeners_,
                [&](const auto& one) { return one.second.look + kLooksRemembered < look_; });
}

void SocketLedger::ended(const io::TcpSocket& socket) {
  if (ended_in_look_.size() < kMostFollowed) ended_in_look_.insert(socket.cookie);
  const auto found = followed_.find(socket.cookie);
  if (found == followed_.end()) return settle_unseen(socket);
  Followed& known = found->second;
  if (!known.is_decided && !decide_by_port(known) && !known.listens) {
    add(counts_of(socket), known.added, unattributed_);
    ++unattributed_.opened;
  } else if (known.is_decided && known.owner) {
    add(counts_of(socket), known.added, parties_[*known.owner]);
  }
  followed_.erase(found);
}

void SocketLedger::settle_unseen(const io::TcpSocket& socket) {
  if (!has_looked_ || io::is_own_socket(socket.cookie)) return;
  // One that never was connected, or that listened.
  if (socket.received_bytes == 0 && socket.sent_bytes == 0) return;
  const Listener* listener = listener_at(socket.local);
  if (listener && !listener->owner) return;
  Traffic& to = listener ? parties_[*listener->owner] : unattributed_;
  add(counts_of(socket), {}, to);
  ++to.opened;
}

}  // namespace peregrine::system
