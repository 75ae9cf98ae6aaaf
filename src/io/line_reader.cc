#include "io/line_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace peregrine::io {

using base::Result;

namespace {
constexpr size_t kPiece = size_t{16} * 1024;
}  // namespace

Task<Result<std::optional<std::string>>> LineReader::line(Deadline deadline) {
  if (++watch_.busy_reads > kBusyReads) {
    watch_.busy_reads = 0;
    CO_TRY_OK(co_await watch_.loop().yield());
  }
  for (;;) {
    if (std::optional<std::string> found = take()) co_return found;
    if (at_end_) co_return std::nullopt;
    CO_TRY(const bool more, fill());
    if (!more) CO_TRY_OK(co_await watch_.readable.wait(deadline));
  }
}

std::optional<std::string> LineReader::take() {
  const size_t feed = buffer_.find('\n', searched_);
  size_t end = feed;
  size_t next = feed + 1;
  if (feed == std::string::npos || feed - begin_ > kLongestLine) {
    const size_t rest = buffer_.size() - begin_;
    // Not cut as soon as there is a whole piece: its line feed may come next.
    if (rest <= kLongestLine && !(at_end_ && rest > 0)) {
      searched_ = buffer_.size();
      return std::nullopt;
    }
    end = next = begin_ + std::min(rest, kLongestLine);
  }
  std::string line = buffer_.substr(begin_, end - begin_);
  if (next > end && line.ends_with('\r')) line.pop_back();
  begin_ = searched_ = next;
  return line;
}

// False when there is nothing to read at present.
Result<bool> LineReader::fill() {
  buffer_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  const size_t held = buffer_.size();
  buffer_.resize(held + kPiece);
  ssize_t n = 0;
  do n = read(watch_.fd(), buffer_.data() + held, kPiece);
  while (n < 0 && errno == EINTR);
  buffer_.resize(held + (n > 0 ? static_cast<size_t>(n) : 0));
  if (n == 0) at_end_ = true;
  if (n >= 0) return true;
  if (errno == EAGAIN) return false;
  return base::fail_errno(errno, "read a pipe");
}

}  // namespace peregrine::io
