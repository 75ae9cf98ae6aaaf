// Bytes that come piece by piece: a body that is sent or received without ever being whole in
// memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "io/loop.h"
#include "io/task.h"

namespace peregrine::net {

// One thread: the loop's. One task asks at a time.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // The next piece, valid until it is asked for another; empty at the end, and from then on. Fails
  // as the source does; nothing more is to be had then.
  virtual io::Task<base::Result<std::string_view>> next(io::Deadline deadline) = 0;
  // How many bytes there are in all, if that is known before they come.
  virtual std::optional<uint64_t> size() const { return std::nullopt; }
};

// The pieces of a text.
class TextSource final : public ByteSource {
 public:
  static constexpr size_t kPiece = size_t{64} * 1024;

  explicit TextSource(std::string text) : text_(std::move(text)) {}
  io::Task<base::Result<std::string_view>> next(io::Deadline deadline) override;
  std::optional<uint64_t> size() const override { return text_.size(); }

 private:
  std::string text_;
  size_t given_ = 0;
};

// All that comes, as long as it is not more than `most` bytes: then Code::limit.
io::Task<base::Result<std::string>> read_all(ByteSource& source, size_t most,
                                             io::Deadline deadline);

// What has come by the deadline or the end, at most `most` bytes: of what is only to be shown.
io::Task<std::string> read_beginning(ByteSource& source, size_t most, io::Deadline deadline);

}  // namespace peregrine::net
