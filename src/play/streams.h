// The streams that a branch of a play knows: those it has opened, and those that were open where
// it began.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "lang/names.h"
#include "play/message_stream.h"

namespace peregrine::play {

class Streams {
 public:
  static constexpr size_t kMostOpen = 1'000;  // by one branch, and not closed since

  // Null for one that was not opened.
  std::shared_ptr<MessageStream> find(lang::Slot slot) const;
  // Fails when there are too many.
  base::Result<> add(lang::Slot slot, std::shared_ptr<MessageStream> stream);
  // The name stands for nothing from here on. What it stood for, if it was opened here.
  std::shared_ptr<MessageStream> take(lang::Slot slot);
  // What a branch begins with: it knows all of these, and none is its own.
  Streams of_branch() const;
  bool has_own() const { return !own_.empty(); }
  // Closes what was opened here, all at the same time.
  io::Task<void> close_own(io::Loop& loop, io::Deadline deadline);

 private:
  std::map<lang::Slot, std::shared_ptr<MessageStream>> known_;
  std::vector<std::shared_ptr<MessageStream>> own_;
};

}  // namespace peregrine::play
