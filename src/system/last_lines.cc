#include "system/last_lines.h"

#include <utility>

namespace peregrine::system {

void LastLines::add(std::string line) {
  lines_.push_back(std::move(line));
  if (lines_.size() > kMost) lines_.pop_front();
}

std::string LastLines::to_string() const {
  if (lines_.empty()) return "; it logged nothing";
  std::string text = "; the end of its log:";
  for (const std::string& line : lines_) text += "\n    " + line;
  return text;
}

}  // namespace peregrine::system
