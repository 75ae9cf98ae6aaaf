#include "system/private_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace peregrine::system {

using base::Result;

std::string new_password() {
  std::array<unsigned char, 16> bytes{};
  base::check(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()),
              "getrandom failed");
  std::string text;
  for (const unsigned byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

Result<> write_private_file(const std::string& path, std::string_view bytes) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return base::fail_errno(errno, "write " + path);
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      close(fd);
      return base::fail_errno(error, "write " + path);
    }
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  close(fd);
  return {};
}

}  // namespace peregrine::system
