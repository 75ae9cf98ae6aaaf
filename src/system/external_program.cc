#include "system/external_program.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/random.h"
#include "system/private_file.h"

namespace peregrine::system {

using base::Code;
using base::Result;

namespace {

// Files of one program, removed with it.
class Files {
 public:
  explicit Files(const std::string& folder)
      : base_(fmt::format("{}/program-{:016x}", folder, base::fresh_seed())) {}
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  ~Files() {
    unlink(input().c_str());
    unlink(output().c_str());
  }

  std::string input() const { return base_ + ".in"; }
  std::string output() const { return base_ + ".out"; }

 private:
  std::string base_;
};

Result<std::string> read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return base::fail_errno(errno, "cannot read " + path);
  std::string bytes;
  std::string buffer(size_t{64} << 10, '\0');
  ssize_t n = 0;
  do {
    n = read(fd, buffer.data(), buffer.size());
    if (n > 0) bytes.append(buffer, 0, static_cast<size_t>(n));
  } while (n > 0 || (n < 0 && errno == EINTR));
  const int error = errno;
  close(fd);
  if (n < 0) return base::fail_errno(error, "cannot read " + path);
  return bytes;
}

}  // namespace

io::Task<Result<ProgramResult>> run_external_program(io::Reaper& reaper, std::string folder,
                                                     io::Command command, std::string input,
                                                     io::Deadline deadline,
                                                     std::function<void(pid_t)> started) {
  const Files files(folder);
  if (!input.empty()) {
    CO_TRY_OK(write_private_file(files.input(), input));
    command.input_file = files.input();
  }
  command.output_file = files.output();
  CO_TRY(io::Output ended,
         co_await io::run_program(reaper, std::move(command), deadline, std::move(started)));
  if (ended.status.signal == SIGXFSZ) {
    co_return base::fail(Code::limit, "it wrote more than {} MiB", io::kLargestOutput >> 20);
  }
  CO_TRY(std::string output, read_file(files.output()));
  co_return ProgramResult{ended.status, std::move(output), std::move(ended.lines)};
}

}  // namespace peregrine::system
