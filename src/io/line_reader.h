// Lines of what another process writes into a pipe. On the loop's thread.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "io/loop.h"

namespace peregrine::io {

class LineReader {
 public:
  // A longer line is given in pieces of this size.
  static constexpr size_t kLongestLine = size_t{64} * 1024;

  // Takes the read end of a pipe, non-blocking, and closes it at its end.
  LineReader(Loop& loop, int fd) : watch_(loop, fd) {}

  // The next line without its line feed (and carriage return); nothing at the end of the pipe. One
  // task at a time. Fails on deadline and when cancelled, which loses no bytes, and with what the
  // operating system says.
  Task<base::Result<std::optional<std::string>>> line(Deadline deadline);

 private:
  std::optional<std::string> take();
  base::Result<bool> fill();

  Watch watch_;
  std::string buffer_;
  size_t begin_ = 0;     // of what has not been given out
  size_t searched_ = 0;  // up to where there is no line feed
  bool at_end_ = false;
};

}  // namespace peregrine::io
