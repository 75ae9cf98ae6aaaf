#include "system/network_meter.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>

namespace peregrine::system {

using base::Duration;
using base::Result;
using io::Task;

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

std::string link_at(int folder, const char* name) {
  std::array<char, 64> text{};
  const ssize_t length = readlinkat(folder, name, text.data(), text.size());
  return {text.data(), length > 0 ? static_cast<size_t>(length) : 0};
}

// "socket:[12345]".
std::optional<uint64_t> inode_in(std::string_view link) {
  constexpr std::string_view kBegin = "socket:[";
  if (!link.starts_with(kBegin)) return std::nullopt;
  uint64_t inode = 0;
  std::from_chars(link.data() + kBegin.size(), link.data() + link.size(), inode);
  return inode;
}

// Empty where it may not be read.
std::string network_of(const std::string& process) {
  return link_at(AT_FDCWD, (process + "/ns/net").c_str());
}

}  // namespace

NetworkMeter::NetworkMeter(io::Loop& loop, size_t trees)
    : loop_(loop), ledger_(trees), is_hidden_(trees), scope_(loop) {
  Result<io::SocketStatistics> opened = io::SocketStatistics::open(loop);
  if (opened) {
    statistics_.emplace(*std::move(opened));
  } else {
    why_not_ = opened.error().to_string();
  }
}

void NetworkMeter::start() {
  if (statistics_) scope_.spawn(listen());
}

Task<void> NetworkMeter::listen() {
  while (statistics_) {
    if (!co_await statistics_->wait_for_ended(io::Deadline::never())) co_return;
    take_ended();
    if (!co_await loop_.sleep(kPause)) co_return;
  }
}

bool NetworkMeter::take_ended() {
  const io::SocketStatistics::Ended some = statistics_->read_ended();
  for (const io::TcpSocket& socket : some.sockets) ledger_.ended(socket);
  // What was before the first look is nobody's loss.
  if (some.lost && has_looked_) ++times_lost_;
  return some.sockets.size() == io::SocketStatistics::kMostEnded;
}

Task<bool> NetworkMeter::list_sockets() {
  if (!why_not_.empty()) co_return true;
  // What has ended by now is not in the list.
  for (size_t i = 0; i < kLinksAtOnce && take_ended(); ++i) {
    if (!co_await loop_.sleep(Duration::zero())) co_return false;
  }
  const Result<> started = statistics_->start_dump();
  if (!started) why_not_ = started.error().to_string();
  ledger_.begin_look();
  while (started && statistics_->has_more()) {
    const auto part = statistics_->read_dump();
    if (!part) why_not_ = part.error().to_string();
    if (!part) break;
    for (const io::TcpSocket& socket : *part) ledger_.see(socket);
    if (!co_await loop_.sleep(Duration::zero())) co_return false;
  }
  co_return true;
}

Task<bool> NetworkMeter::find_owners(const std::vector<std::vector<pid_t>>& trees) {
  if (!why_not_.empty()) co_return true;
  const auto& wanted = ledger_.wanted();
  if (!wanted.empty() || !has_looked_) {
    for (size_t i = 0; i < trees.size(); ++i) {
      for (const pid_t pid : trees[i]) {
        if (!co_await search(pid, i, wanted)) co_return false;
      }
    }
  }
  ledger_.end_look();
  has_looked_ = true;
  co_return true;
}

Task<bool> NetworkMeter::search(pid_t pid, size_t tree,
                                const std::unordered_set<uint64_t>& wanted) {
  const std::string process = "/proc/" + std::to_string(pid);
  const Folder folder(opendir((process + "/fd").c_str()));
  // One that has ended meanwhile hides nothing.
  if (!folder && errno == EACCES) is_hidden_[tree] = true;
  if (!folder) co_return true;
  static const std::string own_network = network_of("/proc/self");
  const std::string network = network_of(process);
  if (!network.empty() && network != own_network) is_hidden_[tree] = true;
  size_t read = 0;
  while (const dirent* entry = readdir(folder.get())) {
    const auto inode = inode_in(link_at(dirfd(folder.get()), entry->d_name));
    if (inode && wanted.contains(*inode)) ledger_.find(*inode, tree);
    if (++read % kLinksAtOnce == 0 && !co_await loop_.sleep(Duration::zero())) co_return false;
  }
  co_return true;
}

Task<void> NetworkMeter::stop() {
  if (statistics_) scope_.cancel({base::Code::cancelled, "the network is looked at no more"});
  (void)co_await scope_.join(io::Deadline::never());
}

std::vector<std::optional<Traffic>> NetworkMeter::taken() const {
  std::vector<std::optional<Traffic>> all(is_hidden_.size());
  if (!why_not_.empty() || !has_looked_) return all;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!is_hidden_[i]) all[i] = ledger_.parties()[i];
  }
  return all;
}

}  // namespace peregrine::system
