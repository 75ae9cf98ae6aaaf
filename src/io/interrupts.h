// Signals from outside (Ctrl-C, kill) as something a task can wait for. On the loop's thread, which
// blocks them for itself alone: no other thread may take them (those of a ThreadPool do not).
#pragma once

#include <initializer_list>
#include <memory>

#include "io/loop.h"

namespace peregrine::io {

class Interrupts {
 public:
  // From now on these signals of the process are blocked and come to next(). They stay blocked. One
  // that the process was started to ignore, as nohup does, stays ignored.
  static base::Result<Interrupts> take(Loop& loop, std::initializer_list<int> signals);

  // The number of the next signal. Fails on deadline and when cancelled.
  Task<base::Result<int>> next(Deadline deadline);

 private:
  Interrupts(Loop& loop, int fd) : watch_(std::make_unique<Watch>(loop, fd)) {}
  std::unique_ptr<Watch> watch_;
};

}  // namespace peregrine::io
