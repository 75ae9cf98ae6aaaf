#include "booking/service/stop_signal.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>

namespace peregrine::booking {

base::Result<StopSignal> StopSignal::create(io::Loop& loop) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  const int fd = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return base::fail_errno(errno, "watching for signals");
  return StopSignal(std::make_unique<io::Watch>(loop, fd));
}

io::Task<base::Result<>> StopSignal::wait() {
  signalfd_siginfo received;
  while (read(watch_->fd(), &received, sizeof received) < 0) {
    if (errno != EAGAIN && errno != EINTR) co_return base::fail_errno(errno, "reading a signal");
    CO_TRY_OK(co_await watch_->readable.wait(io::Deadline::never()));
  }
  co_return base::Result<>{};
}

}  // namespace peregrine::booking
