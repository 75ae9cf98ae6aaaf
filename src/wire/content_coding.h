// What Content-Encoding says of a body (RFC 9110 section 8.4), undone: gzip (RFC 1952), deflate
// (RFC 1950, and the bare RFC 1951 that some servers send), br (RFC 7932), zstd (RFC 8878).
//
//   TRY(const std::vector<Coding> codings, parse_codings(headers.get("Content-Encoding")));
//   ContentDecoder decoder(codings, {.decoded = 1 << 20});
//   … for each piece that comes:
//     for (bool more = true; more;) {
//       TRY(more, decoder.decode(piece, out));
//       … use `out`, clear it …
//     }
//   TRY_OK(decoder.finish());
//
// Memory is bounded whatever comes: a few windows, and kDecodedAtOnce bytes a call. So is what
// comes out, of each coding: a small body that would become a huge one ends in Code::limit. What is
// broken or cut off is Code::protocol. Errors are final. Whether a body is taken does not depend on
// how it was cut; how much of a broken one comes out before that is seen may. A body without any
// bytes is empty in every coding. Nothing here is shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace peregrine::wire {

enum class Coding { gzip, deflate, br, zstd };
std::string_view to_string(Coding coding);

// A client that can undo all of them says so with this.
inline constexpr std::string_view kAcceptEncoding = "gzip, deflate, br, zstd";

// In the order in which they were applied; `identity` is left out. Fails with Code::invalid for one
// that is not known here, Code::limit for more than kCodings.
inline constexpr size_t kCodings = 4;
base::Result<std::vector<Coding>> parse_codings(std::string_view content_encoding);

struct DecodeLimits {
  uint64_t decoded = 64 << 20;  // bytes that come out, of each coding
};

inline constexpr size_t kDecodedAtOnce = 32 * 1024;

namespace detail {
class StreamDecoder;
}

class ContentDecoder {
 public:
  // `applied`: as parse_codings() gives them; none: bytes pass as they are, up to the limit.
  explicit ContentDecoder(std::span<const Coding> applied, DecodeLimits limits = {});
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;
  ~ContentDecoder();

  // Takes bytes from the front of `input` and appends what they give to `out`, kDecodedAtOnce at
  // most. False: nothing came out, the input is used up and more is needed.
  base::Result<bool> decode(std::string_view& input, std::string& out);
  // The input has ended, and decode() gave false: whether it was whole.
  base::Result<> finish();

 private:
  struct Layer;
  base::Result<size_t> produce(size_t layer, std::string_view& input, std::span<char> out);
  base::Result<size_t> step(Layer& layer, std::string_view& input, std::span<char> out);

  std::vector<Layer> layers_;  // in the order in which bytes pass them
  DecodeLimits limits_;
  std::vector<char> buffer_;
  std::optional<base::Error> failed_;
};

// A whole body at once.
base::Result<std::string> decode_body(std::span<const Coding> applied, std::string_view body,
                                      DecodeLimits limits = {});

}  // namespace peregrine::wire
