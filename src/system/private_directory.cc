#include "system/private_directory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <utility>

#include "io/marked_directory.h"

namespace peregrine::system {

using base::Code;
using base::Result;

namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "peregrine-";
constexpr size_t kLongestPath = 60;
constexpr const char* kMemory = "/dev/shm";
constexpr const char* kDisk = "/tmp";
constexpr uint64_t kLeastMemory = uint64_t{2} << 30;
constexpr size_t kStartTimeField = 22;  // of /proc/PID/stat, counted from 1

// $TMPDIR, if it is short enough; else nothing.
std::string wanted_folder() {
  const char* wanted = std::getenv("TMPDIR");
  std::string folder = wanted && *wanted == '/' ? wanted : "";
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  const size_t name = std::string("/peregrine-XXXXXX").size();
  return folder.size() + name <= kLongestPath ? folder : "";
}

// What the machine can give without swapping; 0 when it does not tell.
uint64_t available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  for (uint64_t kib = 0; file >> name; file.ignore(100, '\n')) {
    if (name == "MemAvailable:" && file >> kib) return kib << 10;
  }
  return 0;
}

// Whether the folder is in memory, with room for databases, and programs may be kept there.
bool is_in_memory(const char* folder) {
  struct statfs system{};
  if (statfs(folder, &system) != 0 || system.f_type != TMPFS_MAGIC) return false;
  if ((static_cast<unsigned long>(system.f_flags) & (ST_NOEXEC | ST_RDONLY)) != 0) return false;
  if (access(folder, W_OK | X_OK) != 0) return false;
  const uint64_t room = system.f_bavail * static_cast<uint64_t>(system.f_bsize);
  return std::min(room, available_memory()) >= kLeastMemory;
}

std::string temporary_folder() {
  if (std::string wanted = wanted_folder(); !wanted.empty()) return wanted;
  return is_in_memory(kMemory) ? kMemory : kDisk;
}

std::string link_target(const char* path) {
  std::error_code error;
  return fs::read_symlink(path, error).string();
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// When the process started, in ticks since boot; empty when there is no such process.
std::string start_time(pid_t pid) {
  const std::string stat = first_line(fmt::format("/proc/{}/stat", pid).c_str());
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return "";
  std::istringstream rest(stat.substr(name_end + 1));
  std::string field;
  for (size_t i = 3; i <= kStartTimeField; ++i) rest >> field;
  return field;
}

// Whose directory it is. A process number means something only within a boot and a namespace of
// process numbers, which containers that share /tmp do not share.
struct Owner {
  pid_t pid = 0;
  std::string started;
  std::string boot;
  std::string pid_namespace;

  static Owner current() {
    return {getpid(), start_time(getpid()), first_line("/proc/sys/kernel/random/boot_id"),
            link_target("/proc/self/ns/pid")};
  }
  bool dead() const {
    const Owner us = current();
    if (boot != us.boot) return true;
    if (pid_namespace != us.pid_namespace) return false;
    return start_time(pid) != started;
  }
};

Result<> write_marker(const std::string& directory) {
  const Owner us = Owner::current();
  std::ofstream file(fs::path(directory) / io::kMarkerName);
  file << us.pid << ' ' << us.started << ' ' << us.boot << ' ' << us.pid_namespace << '\n';
  file.close();
  if (!file) return base::fail(Code::failed, "cannot write into {}", directory);
  return {};
}

bool left_by_a_dead_run(const fs::path& directory) {
  struct stat found{};
  if (lstat(directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) return false;
  if (found.st_uid != geteuid()) return false;
  std::ifstream file(directory / io::kMarkerName);
  Owner owner;
  if (!(file >> owner.pid >> owner.started >> owner.boot >> owner.pid_namespace)) return false;
  return owner.dead();
}

}  // namespace

Result<PrivateDirectory> PrivateDirectory::create() {
  std::string path = temporary_folder() + "/" + kPrefix + "XXXXXX";
  if (!mkdtemp(path.data())) return base::fail_errno(errno, "make a directory " + path);
  PrivateDirectory directory(path);
  TRY_OK(write_marker(path));
  // By root it must be passable for the unprivileged user that PostgreSQL runs as.
  if (geteuid() == 0 && chmod(path.c_str(), 0711) != 0) {
    return base::fail_errno(errno, "open " + path + " to other users");
  }
  return directory;
}

PrivateDirectory::PrivateDirectory(PrivateDirectory&& other) noexcept
    : path_(std::exchange(other.path_, "")) {}

PrivateDirectory::~PrivateDirectory() {
  // What cannot be removed now is found by the next run.
  if (!path_.empty()) (void)io::remove_marked_directory(path_);
}

size_t remove_leftover_directories() {
  size_t removed = 0;
  for (const std::string& folder : std::set<std::string>{wanted_folder(), kMemory, kDisk}) {
    std::error_code error;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error)) {
      if (!i->path().filename().string().starts_with(kPrefix)) continue;
      if (left_by_a_dead_run(i->path()) && io::remove_marked_directory(i->path())) ++removed;
    }
  }
  return removed;
}

}  // namespace peregrine::system
