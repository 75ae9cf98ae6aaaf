#include "io/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

namespace peregrine::io {

using base::Code;
using base::fail;
using base::Result;

namespace {

Result<> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::fail_errno(errno, "write " + path);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<std::string> read_all(int fd, size_t most, const std::string& path) {
  struct stat status{};
  if (fstat(fd, &status) != 0) return base::fail_errno(errno, "read " + path);
  if (!S_ISREG(status.st_mode)) return fail(Code::refused, "{} is no file", path);
  std::string text(most + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(fd, text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::fail_errno(errno, "read " + path);
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  if (size > most) return fail(Code::limit, "{} has more than {} bytes", path, most);
  text.resize(size);
  return text;
}

}  // namespace

Result<Folder> Folder::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return base::fail_errno(errno, "open " + path);
  return Folder(fd, path);
}

Folder::Folder(Folder&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

Folder::~Folder() {
  if (fd_ >= 0) close(fd_);
}

Result<Folder> Folder::inner(const std::string& name) const {
  const int fd = openat(fd_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0) return Folder(fd, path_of(name));
  if (errno == ENOTDIR || errno == ELOOP) {
    return fail(Code::refused, "{} is no folder, or a link, which is not followed", path_of(name));
  }
  return base::fail_errno(errno, "open " + path_of(name));
}

Result<Folder> Folder::make_inner(const std::string& name) const {
  if (mkdirat(fd_, name.c_str(), 0777) != 0 && errno != EEXIST) {
    return base::fail_errno(errno, "make " + path_of(name));
  }
  return inner(name);
}

Result<std::string> Folder::read(const std::string& name, size_t most) const {
  const int fd = openat(fd_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && errno == ELOOP) {
    return fail(Code::refused, "{} is a link, which is not followed", path_of(name));
  }
  if (fd < 0) return base::fail_errno(errno, "read " + path_of(name));
  Result<std::string> text = read_all(fd, most, path_of(name));
  close(fd);
  return text;
}

// Under a name of its own, which it gives.
Result<std::string> Folder::write_part(const std::string& name, std::string_view text) const {
  std::string part = fmt::format("{}.{}", name, getpid());
  const int fd =
      openat(fd_, part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return base::fail_errno(errno, "write " + path_of(part));
  Result<> written = write_all(fd, text, path_of(part));
  if (close(fd) != 0 && written) written = base::fail_errno(errno, "write " + path_of(part));
  if (written) return part;
  remove(part);
  return std::unexpected(written.error());
}

Result<> Folder::write(const std::string& name, std::string_view text) const {
  TRY(const std::string part, write_part(name, text));
  if (renameat(fd_, part.c_str(), fd_, name.c_str()) == 0) return {};
  const int error = errno;
  remove(part);
  return base::fail_errno(error, "write " + path_of(name));
}

Result<bool> Folder::write_new(const std::string& name, std::string_view text) const {
  TRY(const std::string part, write_part(name, text));
  const bool linked = linkat(fd_, part.c_str(), fd_, name.c_str(), 0) == 0;
  const int error = errno;
  remove(part);
  if (linked) return true;
  if (error == EEXIST) return false;
  return base::fail_errno(error, "write " + path_of(name));
}

std::vector<Folder::File> Folder::files() const {
  std::vector<File> files;
  const int fd = openat(fd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return files;
  const std::unique_ptr<DIR, int (*)(DIR*)> listed(fdopendir(fd), closedir);
  if (!listed) {
    close(fd);
    return files;
  }
  while (const dirent* entry = readdir(listed.get())) {
    struct stat status{};
    if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) continue;
    files.push_back(
        {entry->d_name, status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec});
  }
  std::ranges::sort(files, [](const File& a, const File& b) {
    return a.changed_ns != b.changed_ns ? a.changed_ns > b.changed_ns : a.name < b.name;
  });
  return files;
}

void Folder::remove(const std::string& name) const { unlinkat(fd_, name.c_str(), 0); }

}  // namespace peregrine::io
