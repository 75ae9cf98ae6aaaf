#include "cli/until_signal.h"

#include <utility>

#include "io/scope.h"

namespace peregrine::cli {

namespace {

io::Task<void> work_then_end(io::Task<void> work, io::Scope& watching) {
  co_await std::move(work);
  watching.cancel({base::Code::cancelled, "it has ended"});
}

io::Task<void> watch_signals(io::Interrupts& interrupts, io::Scope& working, int& signal) {
  const base::Result<int> number = co_await interrupts.next(io::Deadline::never());
  if (!number) co_return;
  signal = *number;
  working.cancel({base::Code::cancelled, "interrupted"});
}

}  // namespace

io::Task<int> until_signal(io::Loop& loop, io::Interrupts& interrupts, io::Task<void> work) {
  int signal = 0;
  io::Scope watching(loop);
  io::Scope working(loop);
  working.spawn(work_then_end(std::move(work), watching));
  watching.spawn(watch_signals(interrupts, working, signal));
  (void)co_await working.join(io::Deadline::never());
  (void)co_await watching.join(io::Deadline::never());
  co_return signal;
}

}  // namespace peregrine::cli
