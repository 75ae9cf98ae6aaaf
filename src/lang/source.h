// Files as the user wrote them, and places in them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace peregrine::lang {

// One file's text. Shared by everything that was read from it, so that a message can always show
// the line it speaks of.
class Source {
 public:
  Source(std::string path, std::string text);

  // Reads a file. Fails when it cannot be read or is larger than kMaxBytes; drops a byte order
  // mark.
  static base::Result<std::shared_ptr<const Source>> read(const std::string& path);

  static constexpr size_t kMaxBytes = 4 << 20;

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  // The text of line `number` (from 1), without its end. Empty where there is no such line.
  std::string_view line(int number) const;
  int lines() const { return static_cast<int>(begins_.size()); }
  // The offset of a place in the text, at most its size; and the place of an offset.
  size_t offset(int line, int column) const;
  std::pair<int, int> line_and_column(size_t offset) const;
  // The folder that relative paths of the file start from.
  std::string folder() const;

 private:
  std::string path_;
  std::string text_;
  std::vector<size_t> begins_;  // of the lines
};

// A place in a source: lines and columns count from 1, columns in bytes.
struct Place {
  std::shared_ptr<const Source> source;
  int line = 0;
  int column = 0;
  int length = 1;

  // "journeys/a.yaml:12:5".
  std::string to_string() const;
};

}  // namespace peregrine::lang
