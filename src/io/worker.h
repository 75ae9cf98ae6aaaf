// A process that does a part of this one's work: a copy of it, made without another program, so
// that all that was made before is there and its memory is shared until somebody writes to it.
//
//      Peregrine ──── channel ──── worker
//
// What belongs to the loop of the one who started it is there too and must not be touched: the
// worker has a loop of its own, no descriptor but the channel and the standard error, and ends
// without a destructor of anything that was made before. It ends when its work has, and when the
// other process does, however that ends. Ctrl-C, which goes to all processes of a terminal, is that
// one's to hear.
//
// Threads: only the one that starts it goes on in the copy, so no other may be in the middle of
// something; start() waits until the loop's pool rests, and there are no others here.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>

#include "base/result.h"
#include "io/channel.h"
#include "io/loop.h"
#include "io/process.h"

namespace peregrine::io {

class Worker {
 public:
  // What it does, in the new process. Uses the loop that it is given, and no other.
  using Work = std::function<Task<void>(Loop& loop, Channel& channel)>;

  // Fails as the system says, or at the deadline when a thread of the pool does not come to rest.
  static Task<base::Result<std::unique_ptr<Worker>>> start(Loop& loop, Work work,
                                                           Deadline deadline);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  // Kills it if it has not ended. REQUIRES: nobody waits for it or for its channel.
  ~Worker();

  pid_t pid() const { return pid_; }
  Channel& channel() { return channel_; }
  // At once, wherever it is.
  void kill();
  // How it ended. A worker closes its channel by ending: so when that has ended this does not wait.
  Task<base::Result<ExitStatus>> wait(Deadline deadline);

 private:
  Worker(Loop& loop, int fd, pid_t pid) : loop_(loop), channel_(loop, fd), pid_(pid) {}
  bool collect(int flags);

  Loop& loop_;
  Channel channel_;
  pid_t pid_;
  std::optional<ExitStatus> exited_;
};

}  // namespace peregrine::io
