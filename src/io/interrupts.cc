#include "io/interrupts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace peregrine::io {

using base::Result;

Result<Interrupts> Interrupts::take(Loop& loop, std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : signals) {
    struct sigaction present{};
    sigaction(signal, nullptr, &present);
    if (present.sa_handler != SIG_IGN) sigaddset(&set, signal);  // nohup ignores SIGHUP
  }
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return base::fail_errno(errno, "sigprocmask");
  const int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return base::fail_errno(errno, "signalfd");
  return Interrupts(loop, fd);
}

Task<Result<int>> Interrupts::next(Deadline deadline) {
  for (;;) {
    signalfd_siginfo info;
    if (read(watch_->fd(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      co_return static_cast<int>(info.ssi_signo);
    }
    if (errno != EAGAIN && errno != EINTR) co_return base::fail_errno(errno, "read a signal");
    CO_TRY_OK(co_await watch_->readable.wait(deadline));
  }
}

}  // namespace peregrine::io
