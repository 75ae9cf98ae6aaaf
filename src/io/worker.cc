#include "io/worker.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "io/thread_pool.h"

namespace peregrine::io {

using base::Result;
using namespace std::chrono_literals;

namespace {

constexpr int kChannel = 3;
constexpr base::Duration kBetweenLooks = 1ms;  // at threads, and at a process that ends

// First away with what came from the other process: a pipe or a socket of it that is held here
// would never end.
void keep_only(int channel) {
  if (channel != kChannel) dup2(channel, kChannel);
  fcntl(kChannel, F_SETFD, FD_CLOEXEC);
  close_range(kChannel + 1, ~0U, 0);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {0, 1}) dup2(null, standard);
  if (null > kChannel) close(null);
}

void settle_in(int channel, pid_t parent) {
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) {
    std::signal(ignored, SIG_IGN);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  prctl(PR_SET_NAME, "peregrine-work");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // it ended just before
  keep_only(channel);
}

[[noreturn]] void be_worker(int fd, pid_t parent, const Worker::Work& work) {
  settle_in(fd, parent);
  auto loop = Loop::create();
  if (!loop) _exit(1);
  Channel channel(**loop, kChannel);
  (*loop)->run(work(**loop, channel));
  _exit(0);
}

}  // namespace

Task<Result<std::unique_ptr<Worker>>> Worker::start(Loop& loop, Work work, Deadline deadline) {
  while (loop.pool().busy() > 0) {
    if (loop.now() >= deadline.at) {
      co_return base::fail(base::Code::timeout, "a thread does not come to rest");
    }
    CO_TRY_OK(co_await loop.sleep(kBetweenLooks));
  }
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0) {
    co_return base::fail_errno(errno, "socketpair");
  }
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) be_worker(ends[1], parent, work);
  const int error = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    co_return base::fail_errno(error, "start a process");
  }
  co_return std::unique_ptr<Worker>(new Worker(loop, ends[0], pid));
}

Worker::~Worker() {
  if (exited_) return;
  kill();
  (void)collect(0);
}

// Its number is its own until it is collected.
void Worker::kill() {
  if (!exited_) ::kill(pid_, SIGKILL);
}

bool Worker::collect(int flags) {
  int status = 0;
  pid_t ended = 0;
  do ended = waitpid(pid_, &status, flags);
  while (ended < 0 && errno == EINTR);
  if (ended == 0) return false;
  // Without a status somebody else has collected it, which is nobody here.
  exited_ = ended < 0             ? ExitStatus{1, 0}
            : WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)}
                                  : ExitStatus{WEXITSTATUS(status), 0};
  return true;
}

Task<Result<ExitStatus>> Worker::wait(Deadline deadline) {
  while (!exited_ && !collect(WNOHANG)) {
    if (loop_.now() >= deadline.at) {
      co_return base::fail(base::Code::timeout, "process {} does not end", pid_);
    }
    CO_TRY_OK(co_await loop_.sleep(kBetweenLooks));
  }
  co_return *exited_;
}

}  // namespace peregrine::io
