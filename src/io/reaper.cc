#include "io/reaper.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "io/reaper_messages.h"
#include "io/reaper_process.h"

namespace peregrine::io {

using base::Code;
using base::Duration;
using base::Result;

namespace {

// Time for the reaper itself, beyond the grace it gives: to kill, and to remove the directory.
constexpr auto kReaperMost = std::chrono::seconds(20);

// A descriptor that is closed unless somebody takes it.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  int take() { return std::exchange(fd_, -1); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

std::string started_what(const Command& command) {
  return command.argv.empty() ? "a program without a name" : command.argv[0];
}

}  // namespace

// Lives in the frame of the spawn() that waits; known to the reaper by its number.
struct Reaper::Asked {
  Asked(Reaper& reaper, int output_fd)
      : owner(reaper), id(++reaper.last_id_), output(output_fd), answered(reaper.loop_) {
    owner.asked_.emplace(id, this);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;
  ~Asked() { owner.asked_.erase(id); }

  Reaper& owner;
  uint32_t id;
  Descriptor output;
  std::unique_ptr<Child> child;
  std::optional<reaper::NotStarted> refusal;
  Signal answered;
};

Result<std::unique_ptr<Reaper>> Reaper::start(Loop& loop, const std::string& directory) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return base::fail_errno(errno, "socketpair");
  }
  const pid_t pid = fork();
  if (pid == 0) be_reaper(ends[1], directory);
  const int error = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return base::fail_errno(error, "start the reaper");
  }
  // Only this end: the two share no flags, and the reaper's sends may wait.
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return std::unique_ptr<Reaper>(new Reaper(loop, ends[0], pid));
}

Reaper::Reaper(Loop& loop, int socket, pid_t pid)
    : loop_(loop),
      pid_(pid),
      socket_(std::make_unique<Watch>(loop, socket)),
      changed_(loop),
      scope_(loop) {
  scope_.spawn(listen());
}

Reaper::~Reaper() {
  base::check(asked_.empty(), "the reaper ends while a child is being started");
  for (auto& [pid, child] : children_) child->lose();
  // The socket's end is what it waits for.
  shutdown(socket_->fd(), SHUT_RDWR);
  while (!collected_ && waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

// ---- Requests

Task<Result<std::unique_ptr<Child>>> Reaper::spawn(Command command, Deadline deadline) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) co_return base::fail_errno(errno, "pipe");
  fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  Asked asked(*this, pipe[0]);
  Descriptor theirs(pipe[1]);
  const std::string what = started_what(command);
  const std::string where = command.cwd.empty() ? "" : " in " + command.cwd;
  reaper::Spawn spawn{asked.id,
                      reaper::kNobody,
                      reaper::kNobody,
                      std::move(command.cwd),
                      std::move(command.argv),
                      std::move(command.env),
                      std::move(command.input_file),
                      std::move(command.output_file)};
  if (command.as) {
    spawn.uid = command.as->uid;
    spawn.gid = command.as->gid;
  }
  std::string message = reaper::encode(reaper::Request(std::move(spawn)));
  if (message.size() > reaper::kLongestMessage) {
    co_return base::fail(Code::limit,
                         "cannot start {}: its arguments and environment take {} bytes", what,
                         message.size());
  }
  CO_TRY_OK(co_await send(std::move(message), theirs.get(), deadline));
  theirs.close();
  while (!asked.child && !asked.refusal) {
    if (gone_) co_return base::fail(Code::closed, "cannot start {}: the reaper ended", what);
    CO_TRY_OK(co_await asked.answered.wait(deadline));
  }
  if (asked.child) co_return std::move(asked.child);
  const auto& [id, error, doing] = *asked.refusal;
  co_return base::fail_errno(
      error, fmt::format("cannot start {}{}{}{}", what, where, doing.empty() ? "" : ": ", doing));
}

Task<Result<>> Reaper::stop(Duration grace) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(grace);
  const Deadline deadline = loop_.in(grace + kReaperMost);
  reaper::Stop stop{static_cast<uint32_t>(ms.count())};
  stopping_ = true;
  if (!gone_) CO_TRY_OK(co_await send(reaper::encode(reaper::Request(stop)), -1, deadline));
  while (!gone_) CO_TRY_OK(co_await changed_.wait(deadline));
  co_return Result<>{};
}

Result<> Reaper::kill(pid_t pid, int signal) {
  TRY(const bool sent, send_now(reaper::encode(reaper::Request(reaper::Kill{pid, signal})), -1));
  if (!sent) return base::fail(Code::limit, "the reaper does not keep up");
  return {};
}

Task<Result<>> Reaper::send(std::string message, int fd, Deadline deadline) {
  for (;;) {
    CO_TRY(const bool sent, send_now(message, fd));
    if (sent) co_return Result<>{};
    CO_TRY_OK(co_await socket_->writable.wait(deadline));
  }
}

// False when the socket is full.
Result<bool> Reaper::send_now(const std::string& message, int fd) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec bytes{const_cast<char*>(message.data()), message.size()};
  msghdr packet{};
  packet.msg_iov = &bytes;
  packet.msg_iovlen = 1;
  if (fd >= 0) {
    packet.msg_control = control.data();
    packet.msg_controllen = control.size();
    cmsghdr* attached = CMSG_FIRSTHDR(&packet);
    attached->cmsg_level = SOL_SOCKET;
    attached->cmsg_type = SCM_RIGHTS;
    attached->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(attached), &fd, sizeof fd);
  }
  ssize_t n = 0;
  do n = sendmsg(socket_->fd(), &packet, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n >= 0) return true;
  if (errno == EAGAIN) return false;
  return base::fail_errno(errno, "ask the reaper");
}

// ---- Events

Task<void> Reaper::listen() {
  std::string packet(reaper::kLongestMessage, '\0');
  for (;;) {
    const ssize_t n = recv(socket_->fd(), packet.data(), packet.size(), 0);
    if (n > 0) {
      const auto event = reaper::decode_event({packet.data(), static_cast<size_t>(n)});
      base::check(event.has_value(), "the reaper does not speak its language");
      heard(*event);
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      break;
    } else if (errno == EAGAIN) {
      if (!co_await socket_->readable.wait(Deadline::never())) co_return;
    }
  }
  gone();
}

void Reaper::heard(const reaper::Event& event) {
  if (const auto* started = std::get_if<reaper::Started>(&event)) {
    this->started(started->id, started->pid);
  } else if (const auto* refused = std::get_if<reaper::NotStarted>(&event)) {
    const auto found = asked_.find(refused->id);
    if (found == asked_.end()) return;
    found->second->refusal = *refused;
    found->second->answered.notify_all();
  } else if (const auto* ended = std::get_if<reaper::Ended>(&event)) {
    const auto found = children_.find(ended->pid);
    if (found == children_.end()) return;
    // Out of the list at once: the system may give its number to the next child.
    Child& child = *found->second;
    children_.erase(found);
    child.end({ended->code, ended->signal});
  }
}

void Reaper::started(uint32_t id, pid_t pid) {
  const auto found = asked_.find(id);
  if (found == asked_.end()) {
    (void)kill(pid, SIGKILL);  // whoever wanted it has given up
    return;
  }
  Asked& asked = *found->second;
  asked.child.reset(new Child(*this, pid, asked.output.take()));
  children_[pid] = asked.child.get();
  asked.answered.notify_all();
}

void Reaper::gone() {
  gone_ = true;
  // It closed its socket by exiting, so this does not wait.
  collected_ = waitpid(pid_, nullptr, 0) == pid_;
  for (auto& [pid, child] : children_) {
    // A killed reaper takes its children along, but not theirs.
    if (!stopping_) ::kill(-pid, SIGKILL);
    child->lose();
  }
  children_.clear();
  for (auto& [id, asked] : asked_) asked->answered.notify_all();
  changed_.notify_all();
}

}  // namespace peregrine::io
