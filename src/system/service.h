// One service of the system under test: a process, started by its command, watched, ended.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/reaper.h"
#include "io/scope.h"
#include "net/http_client.h"
#include "system/last_lines.h"

namespace peregrine::system {

struct ServiceCommand {
  std::string name;
  io::Command command;
  net::Origin origin;                     // where it will answer
  std::optional<std::string> ready_path;  // as Readiness::path
};

class Service {
 public:
  using OnLine = std::function<void(const std::string& line)>;

  // Starts it and waits until it is ready. Fails when it ends before, or when the deadline passes;
  // the error then has the last lines of its log. `on_line` is told every line.
  static io::Task<base::Result<std::unique_ptr<Service>>> start(io::Loop& loop, io::Reaper& reaper,
                                                                ServiceCommand command,
                                                                OnLine on_line,
                                                                io::Deadline deadline);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service();

  // Why it no longer runs, if it does not: "api was ended by SIGSEGV".
  std::optional<std::string> fallen() const;
  // Of the process that its command started; it may have ended.
  pid_t pid() const { return process_->pid(); }
  // Whether it computes, it or a process that it had when it became ready.
  bool busy() const;
  // SIGTERM, then SIGKILL when `grace` has passed.
  io::Task<void> stop(base::Duration grace);

 private:
  Service(io::Loop& loop, std::string name, OnLine on_line)
      : loop_(loop), name_(std::move(name)), on_line_(std::move(on_line)), scope_(loop) {}
  io::Task<void> collect_log();

  io::Loop& loop_;
  std::string name_;
  OnLine on_line_;
  std::unique_ptr<io::Child> process_;
  std::vector<pid_t> tree_;
  LastLines lines_;
  io::Scope scope_;
};

}  // namespace peregrine::system
