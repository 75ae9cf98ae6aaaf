// The end of a program's output, to be told when it fails.
#pragma once

#include <deque>
#include <string>

namespace peregrine::system {

class LastLines {
 public:
  static constexpr size_t kMost = 20;

  void add(std::string line);
  // "; the end of its log:" and the lines, each indented; "; it logged nothing".
  std::string to_string() const;

 private:
  std::deque<std::string> lines_;
};

}  // namespace peregrine::system
