#include "system/resources.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace peregrine::system {

using base::Duration;

namespace {

constexpr size_t kLongestFile = 4096;  // stat and statm have a line

// What a small file holds; empty if there is none.
class SmallFile {
 public:
  explicit SmallFile(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    const ssize_t got = read(file, buffer_.data(), buffer_.size());
    size_ = got > 0 ? static_cast<size_t>(got) : 0;
    close(file);
  }
  std::string_view text() const { return {buffer_.data(), size_}; }

 private:
  std::array<char, kLongestFile> buffer_;
  size_t size_ = 0;
};

std::string folder_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

// Reads numbers with one blank between them.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : rest_(text) {}
  void skip(size_t count) {
    for (size_t i = 0; i < count; ++i) {
      const size_t blank = rest_.find(' ');
      rest_ = blank == std::string_view::npos ? "" : rest_.substr(blank + 1);
    }
  }
  uint64_t next() {
    uint64_t number = 0;
    std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    skip(1);
    return number;
  }

 private:
  std::string_view rest_;
};

Duration ticks(uint64_t count) {
  static const auto per_second = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds(count * (1'000'000'000 / per_second));
}

std::optional<uint64_t> entries_of(const std::string& folder) {
  DIR* all = opendir(folder.c_str());
  if (!all) return std::nullopt;
  uint64_t count = 0;
  while (const dirent* entry = readdir(all)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(all);
  return count;
}

// From Linux 6.2 on the folder's size is their number.
std::optional<uint64_t> descriptors_of(const std::string& process) {
  const std::string folder = process + "/fd";
  struct stat about{};
  if (stat(folder.c_str(), &about) == 0 && about.st_size > 0 && access(folder.c_str(), R_OK) == 0) {
    return static_cast<uint64_t>(about.st_size);
  }
  return entries_of(folder);
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> all;
  DIR* proc = opendir("/proc");
  if (!proc) return all;
  while (const dirent* entry = readdir(proc)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    all.push_back(static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10)));
  }
  closedir(proc);
  return all;
}

// Of `stat` in /proc, as proc(5) numbers its fields. The second is the program's name in
// parentheses, which may hold any character, so its end is looked for from the end.
struct Stat {
  bool ended = false;    // 3: a zombie, which has nothing but its time any more
  pid_t parent = 0;      // 4; 0: there is no such process
  Duration cpu{};        // 14 to 17: its own and of those that it waited for
  uint64_t threads = 0;  // 20
};

Stat read_stat(pid_t pid) {
  const SmallFile file(folder_of(pid) + "/stat");
  const size_t name_end = file.text().rfind(") ");
  if (name_end == std::string_view::npos) return {};
  Numbers fields(file.text().substr(name_end + 2));
  fields.skip(1);
  Stat stat;
  stat.ended = file.text()[name_end + 2] == 'Z';
  stat.parent = static_cast<pid_t>(fields.next());
  fields.skip(9);
  for (int i = 0; i < 4; ++i) stat.cpu += ticks(fields.next());
  fields.skip(2);
  stat.threads = fields.next();
  return stat;
}

struct Memory {
  uint64_t own = 0;
  uint64_t shared = 0;  // with files and other processes
};

// `statm` in /proc: in pages, the second is what is resident, the third what of it is shared.
Memory read_memory(pid_t pid) {
  static const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  const SmallFile file(folder_of(pid) + "/statm");
  Numbers fields(file.text());
  fields.skip(1);
  const uint64_t resident = fields.next();
  const uint64_t shared = std::min(fields.next(), resident);
  return {(resident - shared) * page, shared * page};
}

}  // namespace

ResourceSampler::ResourceSampler(std::vector<pid_t> roots)
    : roots_(std::move(roots)), trees_(roots_.size()) {
  for (size_t i = 0; i < roots_.size(); ++i) trees_[i].push_back(roots_[i]);
}

void ResourceSampler::add(pid_t pid, Sum& sum) {
  const Stat stat = read_stat(pid);
  if (stat.parent == 0) return;
  sum.all.cpu += stat.cpu;
  if (stat.ended) return;
  const Memory memory = read_memory(pid);
  sum.all.memory_bytes += memory.own;
  sum.most_shared = std::max(sum.most_shared, memory.shared);
  sum.all.threads += stat.threads;
  ++sum.all.processes;
  const std::string folder = folder_of(pid);
  const auto descriptors = descriptors_of(folder);
  // One that has ended meanwhile has none.
  if (!descriptors && access(folder.c_str(), F_OK) == 0) sum.may_count_descriptors = false;
  sum.all.descriptors = sum.all.descriptors.value_or(0) + descriptors.value_or(0);
}

void ResourceSampler::start() {
  find_members();
  sums_.assign(trees_.size(), {});
  tree_ = next_ = 0;
}

bool ResourceSampler::step() {
  for (size_t looked = 0; tree_ < trees_.size();) {
    if (next_ == trees_[tree_].size()) {
      ++tree_;
      next_ = 0;
      continue;
    }
    if (looked++ == kAtOnce) return false;
    add(trees_[tree_][next_++], sums_[tree_]);
  }
  return true;
}

std::vector<std::optional<Resources>> ResourceSampler::taken() const {
  std::vector<std::optional<Resources>> all;
  for (const Sum& sum : sums_) {
    Resources& tree = all.emplace_back(sum.all).value();
    tree.memory_bytes += sum.most_shared;
    if (!sum.may_count_descriptors) tree.descriptors.reset();
    if (tree.processes == 0) all.back().reset();
  }
  return all;
}

std::vector<std::optional<Resources>> ResourceSampler::sample() {
  start();
  while (!step()) {
  }
  return taken();
}

// A process that was a stranger remains one: nobody is adopted into a tree. So only those that are
// new are asked who their parent is.
void ResourceSampler::find_members() {
  std::unordered_map<pid_t, size_t> tree_of;
  for (size_t i = 0; i < trees_.size(); ++i) {
    for (const pid_t pid : trees_[i]) tree_of.emplace(pid, i);
  }
  std::unordered_map<pid_t, pid_t> parents;  // of new ones
  std::unordered_set<pid_t> strangers;
  std::unordered_set<pid_t> living;
  for (const pid_t pid : all_processes()) {
    living.insert(pid);
    if (tree_of.contains(pid)) continue;
    if (strangers_.contains(pid)) {
      strangers.insert(pid);
    } else if (const pid_t parent = read_stat(pid).parent; parent > 0) {
      parents.emplace(pid, parent);
    }
  }
  for (auto& tree : trees_) {
    std::erase_if(tree, [&](pid_t pid) { return !living.contains(pid); });
  }
  // From each new one up to one that is known. A chain is no longer than there are new ones.
  for (const auto& [pid, parent] : parents) {
    pid_t above = parent;
    for (size_t i = 0; i <= parents.size() && !tree_of.contains(above); ++i) {
      const auto next = parents.find(above);
      if (next == parents.end()) break;
      above = next->second;
    }
    const auto found = tree_of.find(above);
    if (found == tree_of.end()) {
      strangers.insert(pid);
    } else if (trees_[found->second].size() < kMostProcesses) {
      trees_[found->second].push_back(pid);
    }
  }
  strangers_ = std::move(strangers);
}

}  // namespace peregrine::system
