#include "play/streams.h"

#include <algorithm>
#include <utility>

namespace peregrine::play {

using Stream = std::shared_ptr<MessageStream>;

namespace {

// A stream that nobody can say more of than its timeline does.
io::Task<void> close_one(MessageStream& stream, io::Deadline deadline) {
  (void)co_await stream.close(deadline);
}

}  // namespace

Stream Streams::find(lang::Slot slot) const {
  const auto found = known_.find(slot);
  return found == known_.end() ? nullptr : found->second;
}

base::Result<> Streams::add(lang::Slot slot, Stream stream) {
  if (own_.size() >= kMostOpen) {
    return base::fail(base::Code::limit, "more than {} streams are open", kMostOpen);
  }
  known_.insert_or_assign(slot, stream);
  own_.push_back(std::move(stream));
  return {};
}

Stream Streams::take(lang::Slot slot) {
  Stream stream = find(slot);
  known_.erase(slot);
  return std::erase(own_, stream) > 0 ? stream : nullptr;
}

Streams Streams::of_branch() const {
  Streams branch;
  branch.known_ = known_;
  return branch;
}

io::Task<void> Streams::close_own(io::Loop& loop, io::Deadline deadline) {
  const std::vector<Stream> streams = std::exchange(own_, {});
  if (streams.empty()) co_return;
  io::Scope closing(loop);
  for (const Stream& stream : streams) closing.spawn(close_one(*stream, deadline));
  (void)co_await closing.join(deadline);
}

}  // namespace peregrine::play
