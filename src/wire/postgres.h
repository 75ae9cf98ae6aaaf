// PostgreSQL's protocol, version 3, sans I/O: bytes of one direction to messages, and the fields of
// those that show what was asked and what became of it. PostgreSQL manual, chapter "Frontend/
// Backend Protocol", sections "Message Flow" and "Message Formats".
//
//   message          = type:byte length:u32 payload[length - 4]          in network order
//   first of a client =          length:u32 code:u32 …                    start-up, cancel
//
// Before these a client may ask for encryption, by 8 bytes of that form; what answers is one byte,
// N for no, S or G for yes: encryption_asked_by().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peregrine::wire::postgres {

enum class Side { client, server };  // who sent the bytes

struct Message {
  char type = 0;             // 0: without a type, as a client's first
  std::string_view payload;  // valid until the next call of next() or feed()
  bool cut = false;          // the payload was longer than what is kept, here is its beginning
};

// Takes one direction's bytes in pieces of any size, and gives its messages. Holds at most `keep`
// bytes: of a longer payload the rest is skipped as it comes.
class MessageStream {
 public:
  static constexpr size_t kKeep = size_t{32} * 1024;
  explicit MessageStream(Side side, size_t keep = kKeep)
      : side_(side), keep_(keep), untyped_(side == Side::client) {}

  // The bytes stay the caller's and must be there until next() has given nothing.
  void feed(std::string_view bytes) { input_ = bytes; }
  // Nothing: feed more. Nothing for ever once broken().
  std::optional<Message> next();
  // The bytes are not this protocol: an impossible length or an unknown type.
  bool broken() const { return broken_; }

  // Of what was fed, the bytes that no message was made of yet.
  size_t unread() const { return input_.size(); }
  // A message has begun and not ended.
  bool within() const { return in_payload_ || header_have_ > 0; }

 private:
  bool read_header();
  bool header_is_possible(size_t length) const;

  Side side_;
  size_t keep_;
  bool untyped_;
  bool broken_ = false;
  std::string_view input_;
  std::array<char, 5> header_{};
  size_t header_have_ = 0;
  bool in_payload_ = false;
  size_t left_ = 0;   // of the payload, not seen yet
  size_t total_ = 0;  // of the payload
  std::string held_;  // a payload that came in pieces
};

// What the code of a message without a type says.
inline constexpr uint32_t kCancelRequest = 80877102;
inline constexpr uint32_t kSslRequest = 80877103;
inline constexpr uint32_t kGssEncRequest = 80877104;
std::optional<uint32_t> decode_code(const Message& message);

// kSslRequest or kGssEncRequest, when these are the first bytes of a client that asks for that.
inline constexpr size_t kEncryptionRequestBytes = 8;
std::optional<uint32_t> encryption_asked_by(std::string_view first);

// Each gives nothing when the payload is malformed. Of a message that was cut they give what there
// is; the views point into its payload.

struct Parse {
  std::string_view statement;
  std::string_view sql;
};
std::optional<Parse> decode_parse(const Message& message);

struct Parameter {
  bool null = false;
  bool binary = false;
  size_t size = 0;         // as sent
  std::string_view bytes;  // fewer when cut
};
struct Bind {
  std::string_view portal;
  std::string_view statement;
  std::vector<Parameter> parameters;  // at most kParameters
};
inline constexpr size_t kParameters = 128;
std::optional<Bind> decode_bind(const Message& message);

// The name in an Execute, or of what a Describe or Close names: 'S' statement, 'P' portal.
struct Named {
  char kind = 'P';
  std::string_view name;
};
std::optional<Named> decode_execute(const Message& message);
std::optional<Named> decode_named(const Message& message);

// The one text in a Query or CommandComplete.
std::optional<std::string_view> decode_text(const Message& message);

struct ServerError {
  std::string_view severity;
  std::string_view sqlstate;
  std::string_view text;
};
std::optional<ServerError> decode_error(const Message& message);

// Of BackendKeyData: the server's process. The whole payload is what a CancelRequest has behind its
// code.
std::optional<uint32_t> decode_key(const Message& message);

// How long a CancelRequest is in all, when these are the first kEncryptionRequestBytes of one.
std::optional<size_t> cancel_request_size(std::string_view first);

// 'I' idle, 'T' in a transaction, 'E' in a failed one.
std::optional<char> decode_ready(const Message& message);

// ---- REQUIRES for each: no zero byte in its texts.

// A simple query.
std::string encode_query(std::string_view sql);
// Runs a portal, all of its rows.
std::string encode_execute(std::string_view portal);
std::string encode_sync();
std::string encode_flush();
// An ErrorResponse of the server's.
std::string encode_error(const ServerError& error);

}  // namespace peregrine::wire::postgres
