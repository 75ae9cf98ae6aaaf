// Structured concurrency: tasks that run side by side and all end before their owner does.
//
//   Scope scope(loop);
//   scope.spawn(serve(listener));
//   …
//   scope.cancel({Code::cancelled, "stopping"});
//   co_await scope.join(loop.in(1s));
#pragma once

#include <list>
#include <memory>

#include "io/loop.h"

namespace peregrine::io {

class Scope {
 public:
  // No wait of its tasks goes on past the deadline, whatever deadline it has itself. That of a
  // scope within another's task is Deadline::earlier(outer, its own).
  explicit Scope(Loop& loop, Deadline deadline = Deadline::never())
      : loop_(loop), deadline_(deadline), ended_(loop) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;
  // Destroys what still runs: frames unwind, waits are given up. Never from one of its own tasks.
  ~Scope();

  // Starts a task at the loop's next turn; the scope owns it. A cancelled scope starts it too, and
  // its first wait fails.
  void spawn(Task<void> task);
  // Every wait of every task ends with this error, now and from now on.
  void cancel(base::Error reason);
  // Waits until no task is left. Fails on deadline or when the caller itself is cancelled.
  Task<base::Result<>> join(Deadline deadline);

  size_t running() const { return strands_.size(); }
  Loop& loop() { return loop_; }

 private:
  friend class Strand;
  friend void detail::strand_finished(Strand& strand) noexcept;
  void ended(Strand& strand);

  Loop& loop_;
  Deadline deadline_;
  std::list<std::unique_ptr<Strand>> strands_;
  std::optional<base::Error> cancelled_;
  Signal ended_;
};

}  // namespace peregrine::io
