// zstd, by libzstd.
#include <zstd.h>

#include <algorithm>
#include <string>

#include "base/check.h"
#include "wire/stream_decoder.h"

namespace peregrine::wire::detail {

using base::Code;
using base::fail;
using base::Result;

namespace {

// 8 MB: what a decoder of HTTP must have, and no server may ask for more (RFC 9659 section 3).
constexpr int kWindowLog = 23;

struct ContextEnd {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// What a frame begins with, as it stands in the bytes (RFC 8878 section 3.1): of Zstandard, or of
// one to be skipped, which has 0x50 to 0x5f in front. The library reads formats that are older than
// the standard too; they are not what HTTP calls zstd.
constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";
constexpr std::string_view kSkippedMagic = "\x2a\x4d\x18";

// The longest beginning of a frame (RFC 8878 section 3.1.1). These bytes are given one by one:
// libzstd, given the rest of a frame whose beginning it has seen already, takes the rest for a
// frame of its own if it looks like one.
constexpr size_t kLongestHeader = 18;

bool is_magic(std::string_view begin) {
  return begin == kMagic || ((begin[0] & 0xf0) == 0x50 && begin.substr(1) == kSkippedMagic);
}

// Frames may follow each other.
class ZstdDecoder final : public StreamDecoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    base::check(context_ != nullptr, "no memory for zstd");
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  Result<size_t> step(std::string_view& input, std::span<char> out) override {
    size_t written = 0;
    do {
      if (!in_frame_) TRY_OK(begin_frame(input));
      if (in_frame_) {
        TRY(written, go_on(input, out));
      }
    } while (written == 0 && !input.empty());
    return written;
  }
  bool complete() const override { return !in_frame_ && begin_.empty(); }

 private:
  Result<> begin_frame(std::string_view& input) {
    const size_t taken = std::min(kMagic.size() - begin_.size(), input.size());
    begin_ += input.substr(0, taken);
    input.remove_prefix(taken);
    if (begin_.size() < kMagic.size()) return {};
    if (!is_magic(begin_)) return fail(Code::protocol, "it does not begin like zstd");
    in_frame_ = true;
    taken_ = kMagic.size();
    std::string_view begin = begin_;
    TRY_OK(decompress(begin, {}));
    base::check(begin.empty(), "zstd takes the beginning of a frame");
    begin_.clear();
    return {};
  }

  Result<size_t> go_on(std::string_view& input, std::span<char> out) {
    const std::string_view given = taken_ < kLongestHeader ? input.substr(0, 1) : input;
    std::string_view rest = given;
    TRY(const size_t written, decompress(rest, out));
    input.remove_prefix(given.size() - rest.size());
    taken_ += given.size() - rest.size();
    return written;
  }

  Result<size_t> decompress(std::string_view& input, std::span<char> out) {
    ZSTD_inBuffer from{.src = input.data(), .size = input.size(), .pos = 0};
    ZSTD_outBuffer to{.dst = out.data(), .size = out.size(), .pos = 0};
    const size_t result = ZSTD_decompressStream(context_.get(), &to, &from);
    if (ZSTD_isError(result) != 0) return fail(Code::protocol, "{}", ZSTD_getErrorName(result));
    input.remove_prefix(from.pos);
    in_frame_ = result != 0;
    return to.pos;
  }

  std::unique_ptr<ZSTD_DCtx, ContextEnd> context_;
  std::string begin_;  // of the next frame, as far as it has come
  bool in_frame_ = false;
  size_t taken_ = 0;  // bytes of this frame
};

}  // namespace

std::unique_ptr<StreamDecoder> zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace peregrine::wire::detail
