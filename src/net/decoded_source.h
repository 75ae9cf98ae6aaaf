// A body whose content coding (RFC 9110 section 8.4) is undone on its way. One thread: the loop's.
#pragma once

#include <span>
#include <string>

#include "net/byte_source.h"
#include "wire/content_coding.h"

namespace peregrine::net {

class DecodedSource final : public ByteSource {
 public:
  // `from` outlives it. `applied` are the codings in the order in which they were applied. Next to
  // `from`'s own failures next() has those of a ContentDecoder.
  DecodedSource(ByteSource& from, std::span<const wire::Coding> applied,
                wire::DecodeLimits limits = {})
      : from_(from), decoder_(applied, limits) {}

  io::Task<base::Result<std::string_view>> next(io::Deadline deadline) override;

 private:
  ByteSource& from_;
  wire::ContentDecoder decoder_;
  std::string_view piece_;  // of from_, not decoded yet
  std::string decoded_;
  bool ended_ = false;
};

}  // namespace peregrine::net
