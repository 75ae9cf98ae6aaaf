// Redis' protocol in both directions: a stream that is cut into pieces gives what the whole stream
// gives, and what was read can be written and read again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/resp.h"

namespace {

using peregrine::base::check;
using peregrine::base::Result;
using namespace peregrine::wire::resp;  // NOLINT(google-build-using-namespace)

constexpr Limits kLimits{.line = 64, .bytes = 512, .elements = 64, .depth = 6};

template <class Item>
struct Seen {
  std::vector<Item> items{};
  std::string error{};
  bool operator==(const Seen&) const = default;
};

template <class Reader, class Item>
Seen<Item> read(std::string_view stream, size_t size) {
  Reader reader(kLimits);
  Seen<Item> seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      Result<size_t> used = reader.feed(rest);
      if (!used) {
        seen.error = used.error().to_string();
        return seen;
      }
      check(*used > 0, "the reader stands still");
      rest.remove_prefix(*used);
      if (reader.done()) seen.items.push_back(reader.take());
    }
  }
  return seen;
}

template <class Reader, class Item>
void check_reads_again(const std::string& bytes, const Item& item) {
  Reader reader;
  Result<size_t> used = reader.feed(bytes);
  check(used && *used == bytes.size() && reader.done(), "what was written cannot be read");
  check(reader.take() == item, "something changed on its way");
}

// RESP3 has one null.
void unify_nulls(Value& value) {
  if (value.kind == Kind::null_array) value.kind = Kind::null;
  for (Value& element : value.elements) unify_nulls(element);
  for (Value& attribute : value.attributes) unify_nulls(attribute);
}

}  // namespace

// The first byte chooses the cuts, the rest is the stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const size_t cut = data[0] % 16 + 1;
  const auto commands = read<CommandReader, Command>(stream, stream.size());
  check(read<CommandReader, Command>(stream, cut) == commands, "commands differ with the cuts");
  for (const Command& command : commands.items) {
    std::string bytes;
    append(bytes, command);
    check_reads_again<CommandReader>(bytes, command);
  }
  const auto replies = read<ReplyReader, Value>(stream, stream.size());
  check(read<ReplyReader, Value>(stream, cut) == replies, "replies differ with the cuts");
  for (Value reply : replies.items) {
    unify_nulls(reply);
    std::string bytes;
    check(append(bytes, reply, Version::resp3).has_value(), "a reply cannot be written");
    check_reads_again<ReplyReader>(bytes, reply);
  }
  return 0;
}
