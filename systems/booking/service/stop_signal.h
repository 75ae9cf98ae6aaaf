// SIGTERM and SIGINT as something a task can wait for.
#pragma once

#include "base/result.h"
#include "io/loop.h"

namespace peregrine::booking {

class StopSignal {
 public:
  // From here on the two signals no longer end the process by themselves.
  static base::Result<StopSignal> create(io::Loop& loop);

  // Until one of them has come.
  io::Task<base::Result<>> wait();

 private:
  explicit StopSignal(std::unique_ptr<io::Watch> watch) : watch_(std::move(watch)) {}
  std::unique_ptr<io::Watch> watch_;
};

}  // namespace peregrine::booking
