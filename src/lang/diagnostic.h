// What is wrong in a user's file, where, and what to write instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lang/source.h"

namespace peregrine::lang {

struct Diagnostic {
  Place at;
  std::string message;  // "unknown key `expct`"
  std::string remedy;   // "did you mean `expect`?"; may be empty, or of several lines
};

// Collects the mistakes of a reading, so that all of them are told at once.
class Diagnostics {
 public:
  // At most this many are kept; more would not be read.
  static constexpr size_t kMax = 100;

  // A mistake that was told at the same place before, as an alias repeats it, is told once.
  void add(Place at, std::string message, std::string remedy = "");
  bool empty() const { return list_.empty(); }
  bool full() const { return list_.size() >= kMax; }
  size_t size() const { return list_.size(); }
  // In the order of files and lines.
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> list_;
};

// "file:line:column: message", the line, carets under the place, and the remedy. Of a long line the
// part around the place is shown, of long words in the message the beginning.
std::string render(const Diagnostic& diagnostic);

// "did you mean `x`?" or, when nothing is near, "known here: …".
std::string suggestion(std::string_view word, std::vector<std::string_view> known);

}  // namespace peregrine::lang
