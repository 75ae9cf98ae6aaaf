#include "wire/websocket_deflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/check.h"

namespace peregrine::wire::websocket {

using base::check;
using base::Code;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kFlush("\x00\x00\xff\xff", 4);
constexpr size_t kBlockBytes = size_t{16} * 1024;
constexpr size_t kPieceBytes = std::numeric_limits<int>::max();  // zlib counts in unsigned int
constexpr int kMemoryLevel = 8;

void give(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

}  // namespace

void ZlibEnd::operator()(z_stream_s* stream) const {
  if (inflates) {
    inflateEnd(stream);
  } else {
    deflateEnd(stream);
  }
  delete stream;
}

// ---- Inflater

Inflater::Inflater(int window_bits, bool keeps_context)
    : stream_(new z_stream{}, ZlibEnd{.inflates = true}), keeps_context_(keeps_context) {
  check(window_bits >= kLeastWindowBits && window_bits <= kMostWindowBits, "window bits");
  check(inflateInit2(stream_.get(), -window_bits) == Z_OK, "zlib has no memory");
}

Result<> Inflater::feed(std::string_view bytes, std::string& out, size_t limit) {
  std::array<char, kBlockBytes> block;
  z_stream& stream = *stream_;
  check(bytes.size() <= kPieceBytes, "a piece for zlib is too large");
  give(stream, bytes);
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = block.size();
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    check(status != Z_MEM_ERROR && status != Z_STREAM_ERROR, "zlib cannot go on");
    out.append(block.data(), std::min(block.size() - stream.avail_out, limit + 1 - out.size()));
    if (out.size() > limit) return {};
    if (status == Z_DATA_ERROR || status == Z_NEED_DICT) {
      return fail(Code::protocol, "the compressed message is not DEFLATE: {}",
                  stream.msg ? stream.msg : "it asks for a dictionary");
    }
    if (status == Z_STREAM_END) {
      // A sender may end its blocks for good (section 7.2.3.4). The window goes on.
      inflateResetKeep(&stream);
      if (stream.avail_in == 0) return {};
    } else if (stream.avail_out > 0) {
      return {};
    }
  }
}

Result<> Inflater::finish(std::string& out, size_t limit) {
  TRY_OK(feed(kFlush, out, limit));
  if (out.size() > limit) return {};
  // zlib tells where it stands: 128 is between two blocks, the low bits are what is left of a byte.
  constexpr int kBetweenBlocks = 128;
  constexpr int kBitsLeft = 63;
  if ((stream_->data_type & kBetweenBlocks) == 0 || (stream_->data_type & kBitsLeft) != 0) {
    return fail(Code::protocol, "the compressed message ends within a block");
  }
  if (!keeps_context_) inflateReset(stream_.get());
  return {};
}

// ---- Deflater

Deflater::Deflater(int window_bits, bool keeps_context)
    : stream_(new z_stream{}, ZlibEnd{.inflates = false}), keeps_context_(keeps_context) {
  check(can_write(window_bits) && window_bits <= kMostWindowBits, "window bits");
  check(deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits, kMemoryLevel,
                     Z_DEFAULT_STRATEGY) == Z_OK,
        "zlib has no memory");
}

std::string Deflater::compress(std::string_view message) {
  // Section 7.2.3.6: zlib would write nothing at all for an empty message.
  if (message.empty()) return std::string(1, '\0');
  std::string out;
  while (message.size() > kPieceBytes) {
    write(message.substr(0, kPieceBytes), Z_NO_FLUSH, out);
    message.remove_prefix(kPieceBytes);
  }
  write(message, Z_SYNC_FLUSH, out);
  check(out.ends_with(kFlush), "zlib's flush does not end as RFC 7692 says");
  out.resize(out.size() - kFlush.size());
  if (!keeps_context_) deflateReset(stream_.get());
  return out;
}

void Deflater::write(std::string_view bytes, int flush, std::string& out) {
  std::array<char, kBlockBytes> block;
  z_stream& stream = *stream_;
  give(stream, bytes);
  do {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = block.size();
    check(deflate(&stream, flush) != Z_STREAM_ERROR, "zlib cannot go on");
    out.append(block.data(), block.size() - stream.avail_out);
  } while (stream.avail_out == 0);
}

}  // namespace peregrine::wire::websocket
