// The owner of every child process: a process of its own beside Peregrine, joined to it by a
// socket.
//
//      Peregrine ──── socketpair ──── reaper ──┬── service        ── its children
//                                              └── postgres       ── its children
//
// When the socket ends, however Peregrine ended, the reaper kills all descendants (it is their
// subreaper, so orphans come to it) and removes the run's directory. A parent-death signal alone
// would miss grandchildren.
//
// Threads: start() forks, so it comes before any thread; the rest belongs to the loop's thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "io/process.h"
#include "io/reaper_messages.h"
#include "io/scope.h"

namespace peregrine::io {

class Reaper {
 public:
  // `directory`, if any, is removed at the end; it must be one of ours (see marked_directory.h).
  static base::Result<std::unique_ptr<Reaper>> start(Loop& loop, const std::string& directory);
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;
  // Kills everything at once and waits until it is gone. REQUIRES: nobody waits for a child.
  ~Reaper();

  // Fails with what the operating system says: "cannot start ./booking: No such file or directory".
  Task<base::Result<std::unique_ptr<Child>>> spawn(Command command, Deadline deadline);

  // The ordinary end: asks all children to end (SIGTERM), kills after `grace` what is left, removes
  // the directory. Nothing can be started afterwards.
  Task<base::Result<>> stop(base::Duration grace);

  pid_t pid() const { return pid_; }
  // False once the reaper has ended, asked or not.
  bool alive() const { return !gone_; }

 private:
  friend class Child;
  struct Asked;  // a spawn that waits for its answer

  Reaper(Loop& loop, int socket, pid_t pid);
  base::Result<bool> send_now(const std::string& message, int fd);
  Task<base::Result<>> send(std::string message, int fd, Deadline deadline);
  Task<void> listen();
  void heard(const reaper::Event& event);
  void started(uint32_t id, pid_t pid);
  void gone();
  base::Result<> kill(pid_t pid, int signal);

  Loop& loop_;
  pid_t pid_;
  std::unique_ptr<Watch> socket_;
  Signal changed_;  // it is gone
  uint32_t last_id_ = 0;
  std::map<uint32_t, Asked*> asked_;
  std::map<pid_t, Child*> children_;
  bool stopping_ = false;
  bool gone_ = false;
  bool collected_ = false;  // its exit status
  Scope scope_;
};

}  // namespace peregrine::io
