// WebSocket's reader: whatever comes, with and without compression, a stream that is cut into
// pieces gives what the whole stream gives, no message exceeds its limit, and a message that was
// read can be written and read again. The negotiation of extensions: what is answered is an answer.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/websocket.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire::websocket;  // NOLINT(google-build-using-namespace)

constexpr Limits kLimits{.message = 4096, .frames = 8};

struct Seen {
  std::vector<Message> messages{};
  std::string error{};
  bool operator==(const Seen&) const = default;
};

Seen read(Role peer, const std::optional<Deflate>& deflate, std::string_view stream, size_t size) {
  MessageReader reader(peer, kLimits, deflate);
  Seen seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      Result<size_t> used = reader.feed(rest);
      if (!used) {
        seen.error = fmt::format("{} {}", reader.close_code(), used.error().to_string());
        return seen;
      }
      check(*used > 0, "the reader stands still");
      rest.remove_prefix(*used);
      if (!reader.done()) continue;
      seen.messages.push_back(reader.take());
      check(seen.messages.back().payload.size() <= kLimits.message, "a message beyond its limit");
    }
  }
  return seen;
}

void check_round_trip(Role self, const std::optional<Deflate>& deflate,
                      const std::vector<Message>& messages, size_t fragment) {
  MessageWriter writer(self, 1, deflate);
  std::string bytes;
  for (const Message& message : messages) {
    check(writer.append(bytes, message, {.fragment = fragment}).has_value(),
          "a message that was read cannot be written");
  }
  MessageReader reader(self, Limits(), deflate);
  std::string_view rest = bytes;
  for (const Message& message : messages) {
    while (!reader.done()) {
      Result<size_t> used = reader.feed(rest);
      check(used && *used > 0, "a written message cannot be read");
      rest.remove_prefix(*used);
    }
    check(reader.take() == message, "a message changed on its way");
  }
}

void fuzz_negotiation(std::string_view header) {
  const Result<std::optional<DeflateAnswer>> answer = answer_offers(header, Deflate{});
  if (!answer || !*answer) return;
  const Deflate& agreed = (*answer)->agreed;
  const Result<std::optional<Deflate>> again = read_answer((*answer)->header, &agreed);
  check(again && *again == agreed, "an answer is not understood");
}

}  // namespace

// The first byte chooses the parameters, the second the cuts, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Role peer = data[0] & 1 ? Role::client : Role::server;
  std::optional<Deflate> deflate;
  if (data[0] & 2) {
    const int bits = 8 + (data[0] >> 3) % 8;
    const bool forgets = data[0] & 4;
    deflate = Deflate{forgets, forgets, bits, bits};
  }
  const Seen whole = read(peer, deflate, stream, stream.size());
  check(read(peer, deflate, stream, data[1] % 16 + 1) == whole, "messages differ with the cuts");
  check_round_trip(peer, deflate, whole.messages, data[1]);
  fuzz_negotiation(stream);
  return 0;
}
