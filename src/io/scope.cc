#include "io/scope.h"

#include <iterator>

namespace peregrine::io {

namespace detail {

void strand_finished(Strand& strand) noexcept {
  strand.finished_ = true;
  // The frame still stands on the stack that calls this: it is destroyed from the loop.
  if (strand.scope_) strand.start();
}

}  // namespace detail

Scope::~Scope() {
  while (!strands_.empty()) strands_.pop_front();
}

void Scope::spawn(Task<void> task) {
  auto strand = std::make_unique<Strand>(loop_, std::move(task));
  strand->scope_ = this;
  strand->deadline_ = deadline_;
  if (cancelled_) strand->cancel(*cancelled_);
  strand->start();
  strands_.push_back(std::move(strand));
  strands_.back()->place_ = std::prev(strands_.end());
}

void Scope::cancel(base::Error reason) {
  if (!cancelled_) cancelled_ = std::move(reason);
  for (auto& strand : strands_) strand->cancel(*cancelled_);
}

Task<base::Result<>> Scope::join(Deadline deadline) {
  while (!strands_.empty()) {
    CO_TRY_OK(co_await ended_.wait(deadline));
  }
  co_return base::Result<>{};
}

void Scope::ended(Strand& strand) {
  strands_.erase(strand.place_);
  if (strands_.empty()) ended_.notify_all();
}

}  // namespace peregrine::io
