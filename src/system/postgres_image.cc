#include "system/postgres_image.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "system/copy_tree.h"
#include "system/private_file.h"

namespace peregrine::system {

using base::Code;
using base::Result;
using io::Deadline;
using io::Identity;
using io::Reaper;
using io::Task;

namespace {

namespace fs = std::filesystem;

// Counts up whenever an image made by an older Peregrine would not do.
constexpr int kFormat = 1;

// Durability is given up, isolation is not: synchronous_commit stays on, or a killed server would
// lose commits that a real one keeps. Shared memory is a file in the data directory, so that a
// killed server leaves none behind. Sequential scans always begin at the first row, so that the
// same play sees the same order.
constexpr const char* kConfiguration = R"(
# Added by Peregrine.
listen_addresses = ''
max_connections = 200
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
fsync = off
full_page_writes = off
synchronous_commit = on
min_wal_size = 32MB
max_wal_size = 512MB
synchronize_seqscans = off
autovacuum_naptime = 5s
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
)";

std::string cache_folder() {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache && *cache == '/') return std::string(cache) + "/peregrine";
  const char* home = std::getenv("HOME");
  if (home && *home == '/') return std::string(home) + "/.cache/peregrine";
  return "";
}

Result<> make_folder(const std::string& path, const std::optional<Identity>& owner) {
  if (mkdir(path.c_str(), 0700) != 0) return base::fail_errno(errno, "make " + path);
  if (owner && chown(path.c_str(), owner->uid, owner->gid) != 0) {
    return base::fail_errno(errno, "give away " + path);
  }
  return {};
}

// An image is used only when it is complete (renamed into place) and nobody else could have made
// or changed it.
bool is_good_image(const std::string& image) {
  struct stat found{};
  return lstat(image.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == geteuid() &&
         (found.st_mode & 077) == 0 && access((image + "/password").c_str(), R_OK) == 0 &&
         access((image + "/data/PG_VERSION").c_str(), R_OK) == 0;
}

Task<Result<>> run_initdb(Reaper& reaper, std::string bin, std::string image, Deadline deadline) {
  io::Command initdb;
  initdb.argv = {bin + "/initdb",       "--pgdata=" + image + "/data",
                 "--no-sync",           "--encoding=UTF8",
                 "--locale=C.UTF-8",    fmt::format("--username={}", kPostgresUser),
                 "--wal-segsize=1",     "--pwfile=" + image + "/password",
                 "--auth=scram-sha-256"};
  initdb.env = {"PATH=" + bin + ":/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + image};
  initdb.cwd = image;
  initdb.as = postgres_identity();
  CO_TRY(io::Output output, co_await run_program(reaper, std::move(initdb), deadline));
  if (!output.status.ok()) {
    std::string said;
    for (const std::string& line : output.lines) said += "\n  " + line;
    co_return base::fail(Code::failed, "initdb {}:{}", output.status.to_string(), said);
  }
  std::ofstream configuration(image + "/data/postgresql.conf", std::ios::app);
  configuration << kConfiguration;
  configuration.close();
  if (!configuration) co_return base::fail(Code::failed, "cannot write postgresql.conf");
  co_return Result<>{};
}

// Makes an image in a folder of this run, where the server's user may write.
Task<Result<>> make_image(Reaper& reaper, std::string bin, std::string image, Deadline deadline) {
  const std::optional<Identity> owner = postgres_identity();
  CO_TRY_OK(make_folder(image, owner));
  CO_TRY_OK(write_private_file(image + "/password", new_password()));
  if (owner && chown((image + "/password").c_str(), owner->uid, owner->gid) != 0) {
    co_return base::fail_errno(errno, "give away the password");
  }
  co_return co_await run_initdb(reaper, std::move(bin), std::move(image), deadline);
}

// What a Peregrine left that was killed while it copied an image into the cache.
void remove_abandoned(const std::string& cache, const std::string& prefix) {
  std::error_code error;
  for (fs::directory_iterator i(cache, error), end; !error && i != end; i.increment(error)) {
    const std::string name = i->path().filename();
    if (!name.starts_with(prefix)) continue;
    pid_t pid = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    std::error_code ignored;
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) fs::remove_all(i->path(), ignored);
  }
}

// Copies beside its place, then renames: who looks sees all of it or nothing. Whoever renames first
// wins; the others' copies are as good, and are thrown away.
Result<> keep_image(const std::string& made, const std::string& cache, const std::string& name) {
  std::error_code error;
  fs::create_directories(cache, error);
  if (error) return base::fail(Code::failed, "make {}: {}", cache, error.message());
  remove_abandoned(cache, name + ".making-");
  const std::string copy = fmt::format("{}/{}.making-{}", cache, name, getpid());
  fs::remove_all(copy, error);
  TRY_OK(copy_tree(made, copy, std::nullopt));
  // After a power cut a name without the bytes would be worse than no image.
  if (const int fd = open(copy.c_str(), O_RDONLY | O_CLOEXEC); fd >= 0) {
    syncfs(fd);
    close(fd);
  }
  const std::string image = cache + "/" + name;
  if (!is_good_image(image)) fs::remove_all(image, error);
  fs::rename(copy, image, error);
  if (error) fs::remove_all(copy, error);
  return {};
}

Result<std::string> use_image(const std::string& image, const std::string& folder) {
  std::ifstream file(image + "/password");
  std::string password;
  if (!std::getline(file, password)) return base::fail(Code::failed, "no password in {}", image);
  TRY_OK(copy_tree(image + "/data", folder + "/data", postgres_identity()));
  return password;
}

}  // namespace

std::optional<Identity> postgres_identity() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* user = getpwnam(name)) return Identity{user->pw_uid, user->pw_gid};
  }
  return Identity{65534, 65534};
}

Task<Result<std::string>> copy_postgres_image(Reaper& reaper, const PostgresBinaries& binaries,
                                              const std::string& folder, Deadline deadline) {
  const std::string cache = cache_folder();
  const std::string name = fmt::format("postgres-{}-{}-{}", binaries.major(), geteuid(), kFormat);
  if (!cache.empty() && is_good_image(cache + "/" + name)) {
    co_return use_image(cache + "/" + name, folder);
  }
  const std::string made = folder + "/image";
  CO_TRY_OK(co_await make_image(reaper, binaries.folder, made, deadline));
  // A cache that cannot be written costs the next run some time, and this one nothing.
  if (!cache.empty()) (void)keep_image(made, cache, name);
  Result<std::string> password = use_image(made, folder);
  std::error_code error;
  fs::remove_all(made, error);
  co_return password;
}

}  // namespace peregrine::system
