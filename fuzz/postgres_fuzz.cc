// PostgreSQL's messages in both directions: whatever comes, a stream that is cut into pieces gives
// what the whole stream gives, nothing exceeds its bound, and the observer of statements neither
// crashes nor tells more than it may.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "boundary/postgres_statements.h"
#include "wire/postgres.h"

namespace {

using peregrine::base::check;
using namespace peregrine::boundary;        // NOLINT(google-build-using-namespace)
using namespace peregrine::wire::postgres;  // NOLINT(google-build-using-namespace)

constexpr size_t kKeptHere = 24;  // small, so that cut payloads are common

struct Seen {
  std::string text;
  bool broken = false;
  bool operator==(const Seen&) const = default;
};

void decode_all(const Message& message) {
  (void)decode_code(message);
  (void)decode_parse(message);
  const auto bind = decode_bind(message);
  check(!bind || bind->parameters.size() <= kParameters, "too many parameters");
  (void)decode_execute(message);
  (void)decode_named(message);
  (void)decode_text(message);
  (void)decode_error(message);
  (void)decode_ready(message);
}

// Calls `take` with pieces whose sizes come from `cuts`, in rotation.
template <class Take>
void in_pieces(std::string_view stream, std::string_view cuts, Take take) {
  for (size_t turn = 0; !stream.empty(); ++turn) {
    const size_t size =
        cuts.empty() ? stream.size() : static_cast<unsigned char>(cuts[turn % cuts.size()]) % 9 + 1;
    const std::string piece(stream.substr(0, size));  // a copy, so that reading beyond it is seen
    stream.remove_prefix(piece.size());
    take(std::string_view(piece));
  }
}

Seen messages(Side side, std::string_view bytes, std::string_view cuts) {
  MessageStream stream(side, kKeptHere);
  Seen seen;
  in_pieces(bytes, cuts, [&](std::string_view piece) {
    stream.feed(piece);
    while (const auto message = stream.next()) {
      check(message->payload.size() <= kKeptHere, "a payload beyond its bound");
      decode_all(*message);
      seen.text += message->type;
      seen.text += message->payload;
      seen.text += message->cut ? '+' : '.';
    }
  });
  seen.broken = stream.broken();
  return seen;
}

class Told final : public StatementObserver {
 public:
  void statement(const StatementSeen& seen) override {
    check(seen.sql.size() <= kStatementText + 64, "a statement beyond its bound");
    check(seen.outcome.size() <= kStatementText + 64, "an outcome beyond its bound");
    text += seen.sql + '\0' + seen.outcome + '\0';
    for (const std::string& param : seen.params) text += param + '\0';
  }
  std::string text;
};

using See = Tap::Taken (PostgresStatements::*)(std::string_view, peregrine::base::Instant);

// Takes a piece to its end, and notes after how many bytes of all operations have ended.
void take(PostgresStatements& following, See see, std::string_view piece, size_t& at,
          std::string& ends) {
  for (;;) {
    const Tap::Taken taken = (following.*see)(piece, {});
    check(taken.bytes <= piece.size(), "more was taken than there is");
    piece.remove_prefix(taken.bytes);
    at += taken.bytes;
    const bool ended = taken.state == Tap::Taken::ended;
    check(taken.bytes > 0 || ended || piece.empty(), "it stands still");
    if (ended) ends += std::to_string(at) + ' ';
    if (piece.empty() && !ended) return;
  }
}

// One connection: all that was asked, then all that was answered.
std::string statements(std::string_view client, std::string_view server, std::string_view cuts) {
  Told told;
  PostgresStatements following(told, 1);
  std::string ends;
  size_t asked = 0, answered = 0;
  in_pieces(client, cuts, [&](std::string_view piece) {
    take(following, &PostgresStatements::from_client, piece, asked, ends);
  });
  in_pieces(server, cuts, [&](std::string_view piece) {
    take(following, &PostgresStatements::from_server, piece, answered, ends);
  });
  return told.text + ends;
}

}  // namespace

// The first four bytes choose the cuts, the fifth how the rest is shared between the two sides.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kCuts = 4;
  if (size <= kCuts) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view cuts = input.substr(0, kCuts);
  const std::string_view bytes = input.substr(kCuts + 1);
  for (const Side side : {Side::client, Side::server}) {
    check(messages(side, bytes, "") == messages(side, bytes, cuts), "the cuts matter");
  }
  // A start-up message of its own, so that what is asked is reached at once.
  constexpr std::string_view kStart("\0\0\0\x08\0\3\0\0", 8);
  const size_t share = bytes.size() * static_cast<unsigned char>(input[kCuts]) / 256;
  const std::string client = std::string(kStart) + std::string(bytes.substr(0, share));
  const std::string_view server = bytes.substr(share);
  check(statements(client, server, "") == statements(client, server, cuts), "the cuts matter here");
  return 0;
}
