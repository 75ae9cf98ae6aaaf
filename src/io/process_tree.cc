#include "io/process_tree.h"

#include <dirent.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

namespace peregrine::io {

namespace {

constexpr long kNanosecondsPerMs = 1'000'000;
constexpr size_t kLongestStat = 4096;

struct Stat {
  char state = 0;
  pid_t parent = 0;
};

// The third and the fourth field of a `stat` in /proc; 0 where there is none. The second is the
// program's name in parentheses, which may hold spaces and parentheses itself, so it is looked for
// from the end.
Stat read_stat(const std::string& path) {
  std::ifstream file(path);
  std::string text(kLongestStat, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  const size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 4 >= text.size()) return {};
  Stat stat{.state = text[name_end + 2]};
  std::from_chars(text.data() + name_end + 4, text.data() + text.size(), stat.parent);
  return stat;
}

std::multimap<pid_t, pid_t> children_by_parent() {
  std::multimap<pid_t, pid_t> result;
  DIR* proc = opendir("/proc");
  if (!proc) return result;
  while (const dirent* entry = readdir(proc)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    const pid_t parent = read_stat(std::string("/proc/") + entry->d_name + "/stat").parent;
    if (parent > 0) result.emplace(parent, static_cast<pid_t>(std::stol(entry->d_name)));
  }
  closedir(proc);
  return result;
}

long elapsed_ms(const timespec& since) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - since.tv_sec) * 1000 + (now.tv_nsec - since.tv_nsec) / kNanosecondsPerMs;
}

// True when there is no child any more.
bool collect_the_dead() {
  pid_t pid = 0;
  do pid = waitpid(-1, nullptr, WNOHANG);
  while (pid > 0);
  return pid < 0 && errno == ECHILD;
}

}  // namespace

std::vector<pid_t> tree_of(pid_t root) {
  const auto children = children_by_parent();
  std::vector<pid_t> found{root};
  for (size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  return found;
}

bool is_busy(pid_t pid) {
  const std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  DIR* all = opendir(tasks.c_str());
  if (!all) return false;
  bool busy = false;
  while (const dirent* entry = busy ? nullptr : readdir(all)) {
    if (entry->d_name[0] == '.') continue;
    const char state = read_stat(tasks + "/" + entry->d_name + "/stat").state;
    busy = state == 'R' || state == 'D';
  }
  closedir(all);
  return busy;
}

bool kill_descendants(int most_ms, std::set<pid_t>& ours) {
  timespec since{};
  clock_gettime(CLOCK_MONOTONIC, &since);
  timespec pause{0, kNanosecondsPerMs};
  for (;;) {
    if (collect_the_dead()) return true;
    if (elapsed_ms(since) > most_ms) return false;
    for (const pid_t pid : tree_of(getpid())) {
      if (pid == getpid()) continue;
      ours.insert(pid);
      kill(pid, SIGKILL);
    }
    nanosleep(&pause, nullptr);
  }
}

void remove_shared_memory_of(const std::set<pid_t>& makers) {
  std::ifstream table("/proc/sysvipc/shm");
  std::string line;
  std::getline(table, line);  // the headings
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string key;
    std::string mode;
    std::string size;
    std::string last_user;
    int id = 0;
    pid_t maker = 0;
    unsigned long users = 0;
    if (!(fields >> key >> id >> mode >> size >> maker >> last_user >> users)) continue;
    if (users == 0 && makers.contains(maker)) shmctl(id, IPC_RMID, nullptr);
  }
}

}  // namespace peregrine::io
