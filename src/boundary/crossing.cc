#include "boundary/crossing.h"

namespace peregrine::boundary {

using base::Result;
using Act = Verdict::Act;

void Crossing::set_director(Director* director) {
  director_ = director;
  if (director) return;
  for (const auto& [id, waiting] : waiting_) {
    waiting->verdict = {};
    waiting->changed.notify_all();
  }
}

void Crossing::release(OperationId id, Verdict verdict) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  found->second->verdict = verdict;
  found->second->changed.notify_all();
}

void Crossing::abandon(OperationId id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return;
  found->second->abandoned = true;
  found->second->changed.notify_all();
}

bool Crossing::cancel(OperationId id) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) return false;
  found->second->unwanted = true;
  found->second->changed.notify_all();
  return true;
}

io::Task<Result<Crossing::Left>> Crossing::carry_out(OperationId id, Verdict verdict) {
  Waiting waiting{io::Signal(loop_), verdict};
  struct Entry {
    std::map<OperationId, Waiting*>& of;
    OperationId id;
    ~Entry() { of.erase(id); }
  } entry{waiting_, id};
  waiting_[id] = &waiting;
  while (waiting.verdict.act == Act::hold || waiting.verdict.act == Act::delay) {
    const bool delays = waiting.verdict.act == Act::delay;
    const io::Deadline until = delays ? loop_.in(waiting.verdict.after) : io::Deadline::never();
    const Result<> woken = co_await waiting.changed.wait(until);
    if (waiting.abandoned) co_return Left{.act = Act::close, .abandoned = true};
    if (waiting.unwanted) co_return Left{.unwanted = true};
    if (!woken && delays && woken.error().code == base::Code::timeout) co_return Left{};
    if (!woken) co_return std::unexpected(woken.error());
  }
  co_return Left{waiting.verdict.act, false, waiting.verdict.divided};
}

}  // namespace peregrine::boundary
