#include "system/private_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
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
constexpr size_t kStartTimeField = 22;  // of /proc/PID/stat, counted from 1

std::string temporary_folder() {
  const char* wanted = std::getenv("TMPDIR");
  std::string folder = wanted && *wanted == '/' ? wanted : "/tmp";
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  const size_t name = std::string("/peregrine-XXXXXX").size();
  return folder.size() + name <= kLongestPath ? folder : "/tmp";
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
  std::error_code error;
  for (fs::directory_iterator i(temporary_folder(), error), end; !error && i != end;
       i.increment(error)) {
    if (!i->path().filename().string().starts_with(kPrefix)) continue;
    if (left_by_a_dead_run(i->path()) && io::remove_marked_directory(i->path())) ++removed;
  }
  return removed;
}

}  // namespace peregrine::system
