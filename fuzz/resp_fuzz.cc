// Redis' protocol in both directions: a stream that is cut into pieces gives what the whole stream
// gives, and what was read can be written and read again. What skims the same stream sees the same,
// and who follows a connection of such bytes takes whatever they are.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "boundary/redis_commands.h"
#include "wire/resp.h"
#include "wire/resp_skim.h"

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

Word beginning(std::string_view text) {
  return {.text = std::string(text.substr(0, kSkimmedText)), .size = text.size()};
}

struct Skimmed {
  std::vector<std::vector<Word>> commands{};
  std::vector<Outline> replies{};
  std::string error{};
  bool operator==(const Skimmed&) const = default;
};

template <class Skimmer, class Take>
Skimmed skim(std::string_view stream, size_t size, const Take& take) {
  Skimmer skimmer;
  Skimmed seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, size));
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      Result<size_t> used = skimmer.feed(rest);
      if (!used) {
        seen.error = used.error().to_string();
        return seen;
      }
      check(*used > 0, "the skimmer stands still");
      rest.remove_prefix(*used);
      if (skimmer.done()) take(skimmer, seen);
    }
  }
  return seen;
}

void check_skimmed_commands(std::string_view stream, size_t cut,
                            const std::vector<Command>& commands) {
  const auto take = [](const CommandSkimmer& skimmer, Skimmed& seen) {
    seen.commands.emplace_back(skimmer.words().begin(), skimmer.words().end());
  };
  const Skimmed seen = skim<CommandSkimmer>(stream, stream.size(), take);
  check(skim<CommandSkimmer>(stream, cut, take) == seen, "skimmed commands differ with the cuts");
  check(seen.commands.size() >= commands.size(), "a command was skimmed over");
  for (size_t i = 0; i < commands.size(); ++i) {
    std::vector<Word> words;
    for (const std::string& word : commands[i]) words.push_back(beginning(word));
    check(seen.commands[i] == words, "a command was skimmed wrongly");
  }
}

void check_skimmed_replies(std::string_view stream, size_t cut, const std::vector<Value>& replies) {
  const auto take = [](const ReplySkimmer& skimmer, Skimmed& seen) {
    seen.replies.push_back(skimmer.outline());
  };
  const Skimmed seen = skim<ReplySkimmer>(stream, stream.size(), take);
  check(skim<ReplySkimmer>(stream, cut, take) == seen, "skimmed replies differ with the cuts");
  check(seen.replies.size() >= replies.size(), "a reply was skimmed over");
  for (size_t i = 0; i < replies.size(); ++i) {
    const Outline& outline = seen.replies[i];
    check(outline.kind == replies[i].kind, "a reply was taken for another kind");
    check(outline.text == beginning(replies[i].text).text, "a reply was skimmed wrongly");
    check(outline.integer == replies[i].integer, "an integer was skimmed wrongly");
    if (replies[i].elements.empty()) continue;
    check(outline.size == replies[i].elements.size(), "elements were counted wrongly");
  }
}

class Nobody final : public peregrine::boundary::CommandObserver {
 public:
  void command(const peregrine::boundary::CommandSeen&) override {}
  void lost(uint64_t, const std::string&) override {}
};

// The stream is cut: pieces of the client and of the server in turn.
void follow(std::string_view stream, size_t cut) {
  Nobody nobody;
  peregrine::boundary::RedisCommands commands(nobody, 1);
  for (bool client = true; !stream.empty(); client = !client) {
    const std::string copy(stream.substr(0, cut * 8));
    stream.remove_prefix(copy.size());
    for (std::string_view piece = copy; !piece.empty();) {
      const auto taken = client ? commands.from_client(piece, {}) : commands.from_server(piece, {});
      check(taken.bytes > 0 && taken.bytes <= piece.size(), "it stands still, or takes too much");
      piece.remove_prefix(taken.bytes);
    }
  }
  commands.ended({});
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
  check_skimmed_commands(stream, cut, commands.items);
  check_skimmed_replies(stream, cut, replies.items);
  follow(stream, cut);
  for (Value reply : replies.items) {
    unify_nulls(reply);
    std::string bytes;
    check(append(bytes, reply, Version::resp3).has_value(), "a reply cannot be written");
    check_reads_again<ReplyReader>(bytes, reply);
  }
  return 0;
}
