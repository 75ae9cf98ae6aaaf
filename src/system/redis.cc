#include "system/redis.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "system/find_program.h"
#include "system/private_file.h"

namespace peregrine::system {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Reaper;
using io::Task;

namespace {

constexpr auto kBetweenAttempts = 2ms;
constexpr size_t kLongestSocketPath = 100;

// Nothing is written to disk, and no answer depends on the machine. The rest is as it comes.
constexpr std::string_view kSettings = R"({listening}
unixsocket "{socket}"
unixsocketperm 700
requirepass {password}
dir "{folder}"
daemonize no
supervised no
logfile ""
always-show-logo no
save ""
appendonly no
databases 16
)";

// Valkey is the same by another name, which some distributions have instead.
Result<std::string> find_server() {
  if (auto found = find_program({"redis-server", "valkey-server"})) return *std::move(found);
  return base::fail(
      Code::not_found,
      "no Redis server is installed here. Install it (Debian, Ubuntu: apt-get install "
      "redis-server; Fedora: dnf install valkey), no service of it needs to run");
}

}  // namespace

PrivateRedis::PrivateRedis(Loop& loop, std::string folder, OnLine on_line)
    : loop_(loop),
      folder_(std::move(folder)),
      socket_path_(folder_ + "/socket"),
      password_(new_password()),
      on_line_(std::move(on_line)),
      scope_(loop) {}

PrivateRedis::~PrivateRedis() = default;

Task<Result<std::unique_ptr<PrivateRedis>>> PrivateRedis::start(Loop& loop, Reaper& reaper,
                                                                const PrivateDirectory& directory,
                                                                RedisOptions options,
                                                                OnLine on_line, Deadline deadline) {
  std::string folder = directory.path() + "/" + options.name;
  std::string program = std::move(options.program);
  if (program.empty()) {
    CO_TRY(program, find_server());
  }
  if (mkdir(folder.c_str(), 0700) != 0) co_return base::fail_errno(errno, "make " + folder);
  std::unique_ptr<PrivateRedis> server(
      new PrivateRedis(loop, std::move(folder), std::move(on_line)));
  if (server->socket_path_.size() > kLongestSocketPath) {
    co_return base::fail(Code::limit, "too long for a Unix socket: {}", server->socket_path_);
  }
  CO_TRY_OK(co_await server->launch(reaper, std::move(program), options, deadline));
  CO_TRY_OK(co_await server->wait_until_ready(deadline));
  co_return std::move(server);
}

// In a file, so that no list of processes shows the password.
Result<std::string> PrivateRedis::write_settings(const RedisOptions& options) const {
  std::string path = folder_ + "/redis.conf";
  const std::string listening =
      options.listen ? fmt::format("bind {}\nport {}", options.listen->host, options.listen->port)
                     : "port 0";
  TRY_OK(write_private_file(
      path, fmt::format(fmt::runtime(kSettings), fmt::arg("listening", listening),
                        fmt::arg("socket", socket_path_), fmt::arg("password", password_),
                        fmt::arg("folder", folder_))));
  return path;
}

Task<Result<>> PrivateRedis::launch(Reaper& reaper, std::string program,
                                    const RedisOptions& options, Deadline deadline) {
  CO_TRY(std::string settings, write_settings(options));
  io::Command command;
  command.argv = {std::move(program), std::move(settings)};
  command.env = {fmt::format("PATH={}", kUsualPath), "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + folder_};
  if (options.clock) options.clock->give_to(command.env);
  command.cwd = folder_;
  CO_TRY(process_, co_await reaper.spawn(std::move(command), deadline));
  scope_.spawn(collect_log());
  co_return Result<>{};
}

Task<void> PrivateRedis::collect_log() {
  for (;;) {
    auto line = co_await process_->output().line(Deadline::never());
    if (!line || !*line) co_return;
    if (on_line_) on_line_(**line);
    lines_.add(**std::move(line));
  }
}

Task<Result<>> PrivateRedis::wait_until_ready(Deadline deadline) {
  for (;;) {
    Result<net::RedisConnection> connected = co_await connect(deadline);
    if (connected) co_return Result<>{};
    if (auto how = ended()) {
      // Its last words may be a moment behind.
      (void)co_await loop_.sleep(kBetweenAttempts);
      co_return base::fail(Code::failed, "Redis {}{}", *how, lines_.to_string());
    }
    CO_TRY_OK(co_await loop_.sleep(kBetweenAttempts));
    if (loop_.now() >= deadline.at) {
      co_return base::because(connected.error(), "Redis does not get ready");
    }
  }
}

net::RedisTarget PrivateRedis::target() const {
  return {.address = {"", 0, socket_path_}, .login = {.password = password_}};
}

// Without a user, which clients older than Redis 6 would not know.
std::string PrivateRedis::url_at(std::string_view host, uint16_t port) const {
  return fmt::format("redis://:{}@{}:{}/0", password_, host, port);
}

Task<Result<net::RedisConnection>> PrivateRedis::connect(Deadline deadline) {
  co_return co_await net::RedisConnection::connect(loop_, target(), deadline);
}

std::optional<std::string> PrivateRedis::ended() const {
  if (!process_->exited()) return std::nullopt;
  return process_->exited()->to_string();
}

Task<void> PrivateRedis::stop(Deadline deadline) {
  if (process_->exited()) co_return;
  (void)process_->kill(SIGTERM);
  (void)co_await process_->wait(deadline);
}

}  // namespace peregrine::system
