#include "io/process.h"

#include <string.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "io/reaper.h"

namespace peregrine::io {

using base::Code;
using base::Result;

std::vector<std::string> inherited_environment() {
  std::vector<std::string> result;
  for (char** entry = environ; entry && *entry; ++entry) result.emplace_back(*entry);
  return result;
}

std::string ExitStatus::to_string() const {
  if (signal == 0) return fmt::format("ended with code {}", code);
  const char* name = sigabbrev_np(signal);
  return name ? fmt::format("was ended by SIG{}", name)
              : fmt::format("was ended by signal {}", signal);
}

Child::Child(Reaper& reaper, pid_t pid, int output_fd)
    : reaper_(&reaper), pid_(pid), output_(reaper.loop_, output_fd), ended_(reaper.loop_) {}

Child::~Child() {
  if (!reaper_ || exited_) return;
  (void)kill(SIGKILL);
  reaper_->children_.erase(pid_);
}

Task<Result<ExitStatus>> Child::wait(Deadline deadline) {
  while (!exited_) {
    if (!reaper_) co_return base::fail(Code::closed, "the reaper ended, and process {}", pid_);
    CO_TRY_OK(co_await ended_.wait(deadline));
  }
  co_return *exited_;
}

Result<> Child::kill(int signal) {
  if (exited_) return {};
  if (!reaper_) return base::fail(Code::closed, "the reaper ended, and process {}", pid_);
  return reaper_->kill(pid_, signal);
}

void Child::end(ExitStatus status) {
  exited_ = status;
  ended_.notify_all();
}

void Child::lose() {
  reaper_ = nullptr;
  ended_.notify_all();
}

Task<Result<Output>> run_program(Reaper& reaper, Command command, Deadline deadline,
                                 std::function<void(pid_t)> started) {
  CO_TRY(std::unique_ptr<Child> child, co_await reaper.spawn(std::move(command), deadline));
  if (started) started(child->pid());
  Output output;
  for (;;) {
    CO_TRY(std::optional<std::string> line, co_await child->output().line(deadline));
    if (!line) break;
    if (output.lines.size() < kOutputLines) output.lines.push_back(*std::move(line));
  }
  CO_TRY(output.status, co_await child->wait(deadline));
  co_return output;
}

}  // namespace peregrine::io
