// One service of the system under test: a process, started by its command, watched, ended.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/reaper.h"
#include "io/scope.h"
#include "net/http_client.h"

namespace peregrine::system {

struct ServiceCommand {
  std::string name;
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // "NAME=value"
  std::string folder;                    // where it runs
  net::Origin origin;                    // where it will answer
  std::string ready_path;
};

class Service {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  // Starts it and waits until `ready_path` answers 2xx. Fails when it ends before, or when the
  // deadline passes; the error then has the last lines of its log. `on_line` is told every line.
  static io::Task<base::Result<std::unique_ptr<Service>>> start(io::Loop& loop, io::Reaper& reaper,
                                                                ServiceCommand command,
                                                                OnLine on_line,
                                                                io::Deadline deadline);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  const std::string& name() const { return command_.name; }
  const net::Origin& origin() const { return command_.origin; }
  // Why it no longer runs, if it does not: "api was ended by SIGSEGV".
  std::optional<std::string> fallen() const;
  // SIGTERM, then SIGKILL when `grace` has passed.
  io::Task<void> stop(base::Duration grace);

 private:
  Service(io::Loop& loop, ServiceCommand command, OnLine on_line)
      : loop_(loop), command_(std::move(command)), on_line_(std::move(on_line)), scope_(loop) {}
  io::Task<base::Result<>> wait_until_ready(io::Deadline deadline);
  io::Task<void> collect_log();
  std::string last_lines() const;

  io::Loop& loop_;
  ServiceCommand command_;
  OnLine on_line_;
  std::unique_ptr<io::Child> process_;
  std::deque<std::string> lines_;
  io::Scope scope_;
};

// Splits a command line into words: blanks separate, '…' and "…" hold together, \ takes the next
// character as it is. Fails on a quote without an end or when there is no word.
base::Result<std::vector<std::string>> split_command(const std::string& line);

}  // namespace peregrine::system
