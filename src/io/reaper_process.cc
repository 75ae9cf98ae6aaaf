#include "io/reaper_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <set>

#include "io/marked_directory.h"
#include "io/process_tree.h"
#include "io/reaper_messages.h"
#include "io/start_program.h"

namespace peregrine::io {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSocket = 3;
// Processes that a SIGKILL does not end (stuck in the kernel) are left to it after this.
constexpr int kKillMostMs = 10'000;

class ReaperProcess {
 public:
  explicit ReaperProcess(std::string directory) : directory_(std::move(directory)) {}
  [[noreturn]] void run();

 private:
  void settle_in();
  bool receive();
  void obey(const reaper::Request& request, int fd);
  void start(const reaper::Spawn& spawn, int fd);
  void kill_group(pid_t pid, int signal);
  void collect();
  bool time_is_over() const { return stopping_ && (running_.empty() || Clock::now() >= until_); }
  void tell(const reaper::Event& event);
  [[noreturn]] void finish();

  std::string directory_;
  int signals_ = -1;
  std::set<pid_t> running_;  // leaders of groups that have not ended
  std::set<pid_t> ever_;     // all that were
  bool stopping_ = false;
  Clock::time_point until_;
};

void ReaperProcess::settle_in() {
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_NAME, "peregrine-reap");
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT}) {
    std::signal(ignored, SIG_IGN);
  }
  // Without these Peregrine's output, when it is a pipe, would end only with the reaper.
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {0, 1, 2}) dup2(null, standard);
  if (null > 2) close(null);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child, nullptr);
  signals_ = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  if (chdir("/") != 0) directory_.clear();  // cannot be; a place to stand that is not removed
}

void ReaperProcess::run() {
  settle_in();
  for (;;) {
    int wait_ms = -1;
    if (stopping_) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now());
      wait_ms = static_cast<int>(std::clamp<int64_t>(left.count(), 0, INT32_MAX));
    }
    std::array<pollfd, 2> wanted{pollfd{kSocket, POLLIN, 0}, pollfd{signals_, POLLIN, 0}};
    if (poll(wanted.data(), wanted.size(), wait_ms) < 0 && errno != EINTR) finish();
    if (wanted[1].revents) collect();
    if (wanted[0].revents && !receive()) finish();
    if (time_is_over()) finish();
  }
}

// False at the end of the socket, for Peregrine is gone, and for what is no request.
bool ReaperProcess::receive() {
  static std::array<char, reaper::kLongestMessage> buffer;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec bytes{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t n = recvmsg(kSocket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (n < 0) return errno == EAGAIN || errno == EINTR;
  if (n == 0) return false;
  int fd = -1;
  const cmsghdr* attached = CMSG_FIRSTHDR(&message);
  if (attached && attached->cmsg_type == SCM_RIGHTS) {
    std::memcpy(&fd, CMSG_DATA(attached), sizeof fd);
  }
  const auto request = reaper::decode_request({buffer.data(), static_cast<size_t>(n)});
  if (request) obey(*request, fd);
  if (fd >= 0) close(fd);
  return request.has_value();
}

void ReaperProcess::obey(const reaper::Request& request, int fd) {
  if (const auto* spawn = std::get_if<reaper::Spawn>(&request)) {
    start(*spawn, fd);
  } else if (const auto* kill = std::get_if<reaper::Kill>(&request)) {
    if (running_.contains(kill->pid)) kill_group(kill->pid, kill->signal);
  } else if (const auto* stop = std::get_if<reaper::Stop>(&request)) {
    stopping_ = true;
    until_ = Clock::now() + std::chrono::milliseconds(stop->grace_ms);
    for (const pid_t pid : running_) {
      kill_group(pid, SIGTERM);
      kill_group(pid, SIGCONT);  // one that was stopped could not hear it
    }
  }
}

void ReaperProcess::start(const reaper::Spawn& spawn, int fd) {
  if (stopping_) return tell(reaper::NotStarted{spawn.id, ECANCELED, ""});
  const StartedProgram program = start_program(spawn, fd);
  if (program.pid < 0) return tell(reaper::NotStarted{spawn.id, program.error, program.doing});
  running_.insert(program.pid);
  ever_.insert(program.pid);
  tell(reaper::Started{spawn.id, program.pid});
}

void ReaperProcess::kill_group(pid_t pid, int signal) { kill(-pid, signal); }

void ReaperProcess::collect() {
  signalfd_siginfo heard{};
  while (read(signals_, &heard, sizeof heard) > 0) continue;
  for (;;) {
    siginfo_t who{};
    if (waitid(P_ALL, 0, &who, WEXITED | WNOHANG | WNOWAIT) != 0 || who.si_pid == 0) return;
    // The dead leader is not collected yet, so its number cannot have passed to others: what is
    // left of its group can be killed safely.
    const bool leader = running_.erase(who.si_pid) > 0;
    if (leader) kill_group(who.si_pid, SIGKILL);
    waitpid(who.si_pid, nullptr, 0);
    if (!leader) continue;
    const bool by_itself = who.si_code == CLD_EXITED;
    tell(reaper::Ended{who.si_pid, by_itself ? who.si_status : 0, by_itself ? 0 : who.si_status});
  }
}

void ReaperProcess::tell(const reaper::Event& event) {
  const std::string bytes = reaper::encode(event);
  while (send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0 && errno == EINTR) continue;
}

void ReaperProcess::finish() {
  kill_descendants(kKillMostMs, ever_);
  remove_shared_memory_of(ever_);
  // Last, and not to be told to anybody: the next run finds what could not be removed.
  if (!directory_.empty()) (void)remove_marked_directory(directory_);
  _exit(0);
}

}  // namespace

void be_reaper(int socket, const std::string& directory) {
  // First away with what came from Peregrine: a socket of it held here would never end.
  if (socket != kSocket) dup2(socket, kSocket);
  fcntl(kSocket, F_SETFD, FD_CLOEXEC);
  close_range(kSocket + 1, ~0U, 0);
  ReaperProcess(directory).run();
}

}  // namespace peregrine::io
