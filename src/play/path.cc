#include "play/path.h"

#include <fmt/core.h>

namespace peregrine::play {

std::string Path::to_string() const {
  if (!in_) return std::string(name_);
  if (index_ == kNoIndex) return fmt::format("{}.{}", in_->to_string(), name_);
  return fmt::format("{}[{}]", in_->to_string(), index_);
}

}  // namespace peregrine::play
