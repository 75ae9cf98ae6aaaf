// Content codings: whatever comes, a body that is cut into pieces is taken or refused like the
// whole one and gives the same bytes, a call gives no more than it may, and nothing exceeds the
// limit.
#include "wire/content_coding.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire;  // NOLINT(google-build-using-namespace)

constexpr DecodeLimits kLimits{.decoded = 100'000};

Result<std::string> decode_pieces(const std::vector<Coding>& codings, std::string_view body,
                                  std::string_view cuts) {
  ContentDecoder decoder(codings, kLimits);
  std::string out;
  for (size_t turn = 0; !body.empty(); ++turn) {
    const size_t size = static_cast<unsigned char>(cuts[turn % cuts.size()]) % 9 + 1;
    const std::string piece(body.substr(0, size));  // a copy, so that reading beyond it is seen
    body.remove_prefix(piece.size());
    std::string_view rest = piece;
    for (bool more = true; more;) {
      const size_t before = out.size();
      TRY(more, decoder.decode(rest, out));
      check(more == (out.size() > before), "true means that something came");
      check(out.size() - before <= kDecodedAtOnce, "too much at once");
    }
    check(rest.empty(), "input is left over");
  }
  TRY_OK(decoder.finish());
  return out;
}

}  // namespace

// The first bytes choose the codings and the cuts, the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kCuts = 3;
  if (size < 1 + kCuts) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<Coding> codings{static_cast<Coding>(data[0] & 3)};
  if ((data[0] & 4) != 0) codings.push_back(static_cast<Coding>(data[0] >> 3 & 3));
  const std::string_view body = input.substr(1 + kCuts);
  const Result<std::string> whole = decode_body(codings, body, kLimits);
  const Result<std::string> pieces = decode_pieces(codings, body, input.substr(1, kCuts));
  check(whole.has_value() == pieces.has_value(), "whether it is a body differs with its cuts");
  if (!whole) return 0;
  check(*whole == *pieces, "bodies differ with their cuts");
  check(whole->size() <= kLimits.decoded, "a body beyond its limit");
  return 0;
}
