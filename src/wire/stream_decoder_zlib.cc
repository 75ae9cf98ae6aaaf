// gzip and deflate, by zlib.
#include <zlib.h>

#include <algorithm>
#include <string>

#include "base/check.h"
#include "wire/stream_decoder.h"

namespace peregrine::wire::detail {

using base::Code;
using base::fail;
using base::Result;

namespace {

// Of the input at once: zlib counts in 32 bits.
constexpr size_t kOffered = 1 << 30;

// What zlib's windowBits says beside the size of the window.
enum class Format : int { zlib = MAX_WBITS, raw = -MAX_WBITS, gzip = MAX_WBITS + 16 };

class ZlibDecoder : public StreamDecoder {
 public:
  explicit ZlibDecoder(Format format) {
    base::check(inflateInit2(&stream_, static_cast<int>(format)) == Z_OK, "no memory for zlib");
  }
  ~ZlibDecoder() override { inflateEnd(&stream_); }

  Result<size_t> step(std::string_view& input, std::span<char> out) override {
    size_t written = 0;
    do {
      if (ended_ && input.empty()) return size_t{0};
      if (ended_) TRY_OK(begin_next());
      TRY(written, inflate_some(input, out));
    } while (written == 0 && !input.empty());
    return written;
  }
  bool complete() const override { return ended_; }

 protected:
  // More bytes come behind the end.
  virtual Result<> begin_next() = 0;
  void restart(Format format) {
    base::check(inflateReset2(&stream_, static_cast<int>(format)) == Z_OK, "zlib restarts");
    ended_ = false;
  }

 private:
  Result<size_t> inflate_some(std::string_view& input, std::span<char> out) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    const auto offered = static_cast<uInt>(std::min<size_t>(input.size(), kOffered));
    stream_.avail_in = offered;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    input.remove_prefix(offered - stream_.avail_in);
    // Without room or input zlib says Z_BUF_ERROR, which is none.
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      return fail(Code::protocol, "{}",
                  stream_.msg ? stream_.msg : "it needs a dictionary that nobody has");
    }
    ended_ = result == Z_STREAM_END;
    return out.size() - stream_.avail_out;
  }

  z_stream stream_{};
  bool ended_ = false;
};

// A file of gzip is one member or several (RFC 1952 section 2.2).
class GzipDecoder final : public ZlibDecoder {
 public:
  GzipDecoder() : ZlibDecoder(Format::gzip) {}

 private:
  Result<> begin_next() override {
    restart(Format::gzip);
    return {};
  }
};

// "deflate" means zlib's format, but it has been read as the bare one inside it too. Two bytes
// tell: the first names the method, 8, and the two are a multiple of 31 (RFC 1950 section 2.2).
class DeflateDecoder final : public ZlibDecoder {
 public:
  DeflateDecoder() : ZlibDecoder(Format::zlib) {}

  Result<size_t> step(std::string_view& input, std::span<char> out) override {
    while (!known_ && !input.empty()) {
      begin_ += input.front();
      input.remove_prefix(1);
      if (begin_.size() < 2) continue;
      known_ = true;
      if (!is_zlib()) restart(Format::raw);
    }
    if (!known_) return size_t{0};
    std::string_view rest = std::string_view(begin_).substr(begin_used_);
    if (!rest.empty()) {
      TRY(const size_t written, ZlibDecoder::step(rest, out));
      begin_used_ = begin_.size() - rest.size();
      if (written > 0) return written;
    }
    return ZlibDecoder::step(input, out);
  }
  bool complete() const override { return known_ && ZlibDecoder::complete(); }

 private:
  bool is_zlib() const {
    constexpr unsigned kMethod = 8;
    constexpr unsigned kCheck = 31;
    const auto first = static_cast<unsigned char>(begin_[0]);
    const auto second = static_cast<unsigned char>(begin_[1]);
    return (first & 15U) == kMethod && (first * 256U + second) % kCheck == 0;
  }
  Result<> begin_next() override { return fail(Code::protocol, "bytes follow behind its end"); }

  bool known_ = false;
  std::string begin_;  // the first two bytes
  size_t begin_used_ = 0;
};

}  // namespace

std::unique_ptr<StreamDecoder> gzip_decoder() { return std::make_unique<GzipDecoder>(); }
std::unique_ptr<StreamDecoder> deflate_decoder() { return std::make_unique<DeflateDecoder>(); }

}  // namespace peregrine::wire::detail
