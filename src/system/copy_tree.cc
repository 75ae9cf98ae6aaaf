#include "system/copy_tree.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace peregrine::system {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;
using io::Identity;

namespace {

namespace fs = std::filesystem;

constexpr int kDeepest = 32;

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0)
      : fd_(open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, mode)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<> own(const std::string& path, const std::optional<Identity>& owner) {
  if (owner && lchown(path.c_str(), owner->uid, owner->gid) != 0) {
    return fail_errno(errno, "give away " + path);
  }
  return {};
}

Result<> copy_file(const std::string& from, const std::string& to, const struct stat& source) {
  const File in(from, O_RDONLY);
  if (in.get() < 0) return fail_errno(errno, "read " + from);
  const File out(to, O_WRONLY | O_CREAT | O_EXCL, source.st_mode & 07777);
  if (out.get() < 0) return fail_errno(errno, "write " + to);
  off_t left = source.st_size;
  while (left > 0) {
    const ssize_t n = sendfile(out.get(), in.get(), nullptr, static_cast<size_t>(left));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail_errno(errno, "write " + to);
    if (n == 0) return fail(Code::failed, "{} became shorter while it was copied", from);
    left -= n;
  }
  return {};
}

Result<> copy_entry(const std::string& from, const std::string& to,
                    const std::optional<Identity>& owner, int depth);

Result<> copy_folder(const std::string& from, const std::string& to, const struct stat& source,
                     const std::optional<Identity>& owner, int depth) {
  if (depth > kDeepest) return fail(Code::limit, "folders too deep: {}", from);
  if (mkdir(to.c_str(), source.st_mode & 07777) != 0) return fail_errno(errno, "make " + to);
  std::error_code error;
  for (fs::directory_iterator i(from, error), end; !error && i != end; i.increment(error)) {
    TRY_OK(copy_entry(i->path(), to + "/" + i->path().filename().string(), owner, depth + 1));
  }
  if (error) return fail(Code::failed, "read {}: {}", from, error.message());
  return {};
}

Result<> copy_entry(const std::string& from, const std::string& to,
                    const std::optional<Identity>& owner, int depth) {
  struct stat source{};
  if (lstat(from.c_str(), &source) != 0) return fail_errno(errno, "read " + from);
  if (S_ISDIR(source.st_mode)) {
    TRY_OK(copy_folder(from, to, source, owner, depth));
  } else if (S_ISREG(source.st_mode)) {
    TRY_OK(copy_file(from, to, source));
  } else {
    return fail(Code::invalid, "neither a file nor a folder: {}", from);
  }
  return own(to, owner);
}

}  // namespace

Result<> copy_tree(const std::string& from, const std::string& to, std::optional<Identity> owner) {
  return copy_entry(from, to, owner, 0);
}

}  // namespace peregrine::system
