// The reader of server-sent events: a stream that is cut into pieces gives what the whole stream
// gives, nothing exceeds its limit, and an event that was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/server_sent_events.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire::server_sent_events;  // NOLINT(google-build-using-namespace)

constexpr Limits kLimits{.line = 64, .data = 100};

struct Seen {
  std::vector<Event> events{};
  std::vector<std::string> ids{};
  std::optional<uint64_t> retry_ms{};
  std::string error{};
  bool operator==(const Seen&) const = default;
};

Seen read(std::string_view stream, size_t size) {
  EventReader reader(kLimits);
  Seen seen;
  while (!stream.empty() && seen.error.empty()) {
    std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      Result<size_t> used = reader.feed(rest);
      if (!used) {
        seen.error = used.error().to_string();
        break;
      }
      check(*used > 0, "the reader stands still");
      rest.remove_prefix(*used);
      if (!reader.done()) continue;
      seen.events.push_back(reader.take());
      seen.ids.push_back(reader.last_event_id());
      check(seen.events.back().data.size() <= kLimits.data, "data beyond its limit");
    }
  }
  seen.retry_ms = reader.retry_ms();
  return seen;
}

}  // namespace

// The first byte chooses the cuts, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Seen whole = read(stream, stream.size());
  check(read(stream, data[0] % 16 + 1) == whole, "events differ with the cuts");
  for (const Event& event : whole.events) {
    std::string bytes;
    check(append(bytes, event).has_value(), "an event that was read cannot be written");
    EventReader reader;
    Result<size_t> used = reader.feed(bytes);
    check(used && *used == bytes.size() && reader.done(), "a written event cannot be read");
    check(reader.take() == event, "an event changed on its way");
  }
  return 0;
}
