// One coding of content_coding.h, undone by its library.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace peregrine::wire::detail {

class StreamDecoder {
 public:
  StreamDecoder() = default;
  StreamDecoder(const StreamDecoder&) = delete;
  StreamDecoder& operator=(const StreamDecoder&) = delete;
  virtual ~StreamDecoder() = default;

  // Takes bytes from the front of `input` and writes what they give to the front of `out`: how many
  // bytes. 0: all input is used up and nothing is held back. Fails with Code::protocol.
  virtual base::Result<size_t> step(std::string_view& input, std::span<char> out) = 0;
  // Whether the input may end here.
  virtual bool complete() const = 0;
};

std::unique_ptr<StreamDecoder> gzip_decoder();
std::unique_ptr<StreamDecoder> deflate_decoder();
std::unique_ptr<StreamDecoder> brotli_decoder();
std::unique_ptr<StreamDecoder> zstd_decoder();

}  // namespace peregrine::wire::detail
