#include "io/marked_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace peregrine::io {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;

namespace {

namespace fs = std::filesystem;

// More entries than this at the top are not a directory that we made.
constexpr size_t kMostEntries = 10'000;

Result<> check_is_ours(const std::string& path, const struct stat& found) {
  if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid()) {
    return fail(Code::refused, "not removed, it is not a directory of ours: {}", path);
  }
  struct stat marker{};
  if (lstat((fs::path(path) / kMarkerName).c_str(), &marker) != 0 || !S_ISREG(marker.st_mode)) {
    return fail(Code::refused, "not removed, it has no file {}: {}", kMarkerName, path);
  }
  return {};
}

Result<> remove_contents(const std::string& path) {
  std::error_code error;
  std::error_code first_error;
  size_t entries = 0;
  for (fs::directory_iterator i(path, error), end; !error && i != end; i.increment(error)) {
    if (++entries > kMostEntries) return fail(Code::limit, "too many files in {}", path);
    if (i->path().filename() == kMarkerName) continue;
    std::error_code why;
    fs::remove_all(i->path(), why);
    if (why && !first_error) first_error = why;
  }
  if (!error) error = first_error;
  if (error) return fail(Code::failed, "remove {}: {}", path, error.message());
  return {};
}

}  // namespace

Result<> remove_marked_directory(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return fail_errno(errno, "remove " + path);
  }
  TRY_OK(check_is_ours(path, found));
  TRY_OK(remove_contents(path));
  std::error_code error;
  fs::remove(fs::path(path) / kMarkerName, error);
  fs::remove(path, error);
  if (error) return fail(Code::failed, "remove {}: {}", path, error.message());
  return {};
}

}  // namespace peregrine::io
