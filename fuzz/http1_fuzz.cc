// Both parsers of HTTP/1.1: whatever comes, a stream that is cut into pieces gives what the whole
// stream gives, nothing exceeds its limit, and a message that was read can be written and read
// again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/http1.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire;  // NOLINT(google-build-using-namespace)

constexpr http1::Limits kLimits{.start_line = 64,
                                .header_line = 64,
                                .header_count = 8,
                                .header_bytes = 256,
                                .chunk_line = 32,
                                .body = 256,
                                .interim_responses = 2};

template <class Message>
struct Seen {
  std::vector<Message> messages{};
  std::vector<bool> keeps_alive{};
  std::string error{};
  bool unfinished = false;
  bool operator==(const Seen&) const = default;
};

// Everything the parser sees in the stream, in pieces whose sizes come from `cuts`, in rotation.
template <class Parser, class Message>
Seen<Message> parse(Parser& parser, std::string_view stream, std::string_view cuts) {
  Seen<Message> seen;
  for (size_t turn = 0; !stream.empty(); ++turn) {
    const size_t size =
        cuts.empty() ? stream.size() : static_cast<unsigned char>(cuts[turn % cuts.size()]) % 9 + 1;
    std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      Result<size_t> used = parser.feed(rest);
      if (!used) {
        seen.error = used.error().to_string();
        return seen;
      }
      check(*used <= rest.size() && (*used > 0 || parser.done()), "the parser stands still");
      rest.remove_prefix(*used);
      if (!parser.done()) continue;
      seen.keeps_alive.push_back(parser.keep_alive());
      seen.messages.push_back(parser.take());
      check(seen.messages.back().body.size() <= kLimits.body, "a body beyond its limit");
      check(seen.messages.back().headers.size() <= kLimits.header_count, "too many headers");
    }
  }
  seen.unfinished = parser.started();
  return seen;
}

void drop_framing(Headers& headers) {
  headers.remove("Content-Length");
  headers.remove("Transfer-Encoding");
}

void check_round_trip(Request request) {
  std::string bytes;
  check(http1::append(bytes, request).has_value(), "a request that was read cannot be written");
  http1::RequestParser parser;
  Result<size_t> used = parser.feed(bytes);
  // HTTP/1.0 may come without Host, which the rewritten request is then missing.
  if (!used && !request.headers.find("Host")) return;
  check(used && *used == bytes.size() && parser.done(), "a written request cannot be read");
  Request again = parser.take();
  drop_framing(request.headers);
  drop_framing(again.headers);
  check(again == request, "a request changed on its way");
}

void fuzz_requests(std::string_view stream, std::string_view cuts) {
  http1::RequestParser whole(kLimits);
  http1::RequestParser pieces(kLimits);
  const Seen<Request> expected = parse<http1::RequestParser, Request>(whole, stream, "");
  check(parse<http1::RequestParser, Request>(pieces, stream, cuts) == expected,
        "requests differ with the cuts of their stream");
  check(whole.error_status() == pieces.error_status(), "statuses differ with the cuts");
  for (const Request& request : expected.messages) check_round_trip(request);
}

void fuzz_responses(std::string_view method, std::string_view stream, std::string_view cuts) {
  http1::ResponseParser whole(method, kLimits);
  http1::ResponseParser pieces(method, kLimits);
  const Seen<Response> expected = parse<http1::ResponseParser, Response>(whole, stream, "");
  check(parse<http1::ResponseParser, Response>(pieces, stream, cuts) == expected,
        "responses differ with the cuts of their stream");
  const Result<> end = whole.finish();
  const Result<> pieces_end = pieces.finish();
  check(end.has_value() == pieces_end.has_value(), "ends differ with the cuts of the stream");
  if (end) check(whole.take() == pieces.take(), "last responses differ");
}

}  // namespace

// The first bytes choose the cuts, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kCuts = 4;
  if (size < kCuts) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view cuts = input.substr(0, kCuts);
  const std::string_view stream = input.substr(kCuts);
  fuzz_requests(stream, cuts);
  for (const std::string_view method : {"GET", "HEAD", "CONNECT"}) {
    fuzz_responses(method, stream, cuts);
  }
  return 0;
}
