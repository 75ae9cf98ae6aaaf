// A private Redis for one run, from the installed redis-server; never the user's own. It listens on
// a Unix socket, on a loopback address too where that is said, wants a password from everybody,
// starts empty and writes nothing to disk.
//
// One thread: the loop's, which outlives the server, as the reaper and the directory do.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "io/reaper.h"
#include "io/scope.h"
#include "io/socket.h"
#include "net/redis.h"
#include "system/clock.h"
#include "system/last_lines.h"
#include "system/private_directory.h"

namespace peregrine::system {

struct RedisOptions {
  std::string name = "redis";    // of its folder in the private directory
  std::string program{};         // redis-server; empty: found in PATH
  const Clock* clock = nullptr;  // that the server shows; null: the machine's. Outlives the start
  // Where it listens beside its Unix socket, for services without a proxy between; empty: nowhere.
  std::optional<io::Address> listen{};
};

class PrivateRedis {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  // Gives a server that answers. `on_line` is told every line that it logs; it may be empty. Fails
  // with Code::not_found, which says what to install; failed, with the end of its log; as the last
  // attempt to connect did when the deadline has passed.
  static io::Task<base::Result<std::unique_ptr<PrivateRedis>>> start(
      io::Loop& loop, io::Reaper& reaper, const PrivateDirectory& directory, RedisOptions options,
      OnLine on_line, io::Deadline deadline);
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;
  // Kills the server if it still runs.
  ~PrivateRedis();

  // For Peregrine itself: straight to the server.
  net::RedisTarget target() const;
  // For a service: by way of the server itself or a proxy, whichever listens there.
  std::string url_at(std::string_view host, uint16_t port) const;
  const std::string& socket_path() const { return socket_path_; }
  const std::string& password() const { return password_; }

  io::Task<base::Result<net::RedisConnection>> connect(io::Deadline deadline);
  // SIGTERM, and a wait for its end; nothing when it has ended already.
  io::Task<void> stop(io::Deadline deadline);

  io::Child& process() { return *process_; }
  // How it ended, if it has: "ended with code 0".
  std::optional<std::string> ended() const;

 private:
  PrivateRedis(io::Loop& loop, std::string folder, OnLine on_line);
  base::Result<std::string> write_settings(const RedisOptions& options) const;
  io::Task<base::Result<>> launch(io::Reaper& reaper, std::string program,
                                  const RedisOptions& options, io::Deadline deadline);
  io::Task<base::Result<>> wait_until_ready(io::Deadline deadline);
  io::Task<void> collect_log();

  io::Loop& loop_;
  std::string folder_;
  std::string socket_path_;
  std::string password_;
  OnLine on_line_;
  LastLines lines_;
  std::unique_ptr<io::Child> process_;
  io::Scope scope_;
};

}  // namespace peregrine::system
