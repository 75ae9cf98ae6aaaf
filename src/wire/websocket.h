// The frames and messages of WebSocket (RFC 6455 section 5), sans I/O; with permessage-deflate
// (RFC 7692) if it was agreed. The handshake before them is in websocket_handshake.h.
//
//    byte 0               byte 1
//   |F|R|R|R| opcode     |M| length of 7 bits | length of 16 or 64 bits | mask key  | payload
//   |I|S|S|S| 4 bits     |A| 126: 16 follow   | in network order, the   | 4 bytes   | each byte ^
//   |N|1|2|3|            |S| 127: 64 follow   | shortest that can say it| if MASK   | key[i % 4]
//
// A message is a text or binary frame and its continuations, the last with FIN; RSV1 in the first
// says that it is compressed. Control frames (close, ping, pong) have at most 125 bytes, are whole,
// and may come between the frames of a message. What a client sends is masked, what a server sends
// is not.
//
//   MessageReader reader(Role::client);              // the peer is a client
//   … TRY(const size_t used, reader.feed(bytes));    // used < bytes.size(): the next one follows
//   if (reader.done()) Message message = reader.take();
//
// Errors are Code::protocol or Code::limit and final, and the same however the bytes are cut; the
// peer should be told by a close frame with close_code(). Nothing here is shared between threads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "wire/utf8.h"
#include "wire/websocket_deflate.h"

namespace peregrine::wire::websocket {

enum class Role { client, server };
enum class Opcode : uint8_t { continuation, text, binary, close = 8, ping, pong };

// Section 7.4.1.
inline constexpr uint16_t kNormalClosure = 1000;
inline constexpr uint16_t kProtocolError = 1002;
inline constexpr uint16_t kInvalidPayload = 1007;
inline constexpr uint16_t kMessageTooBig = 1009;

inline constexpr size_t kControlBytes = 125;

// Whether a close frame may hold this code: 1000 to 1003, 1007 to 1014 (with IANA's registry), and
// 3000 to 4999.
bool is_close_code(uint16_t code);

struct Message {
  Opcode kind = Opcode::text;      // never continuation
  std::string payload{};           // inflated, unmasked; of a close: its reason
  std::optional<uint16_t> code{};  // of a close, if it gave one
  bool operator==(const Message&) const = default;
};

struct Limits {
  size_t message = 16 << 20;  // bytes of a message, as sent and again when inflated
  size_t frames = 64 << 10;   // of one message
};

// ---- Reading

class MessageReader {
 public:
  // `peer` sent the bytes; `deflate` is what was agreed.
  explicit MessageReader(Role peer, Limits limits = {}, const std::optional<Deflate>& deflate = {});

  // Takes bytes up to the end of a message at most. How many were taken. After a close frame all
  // is taken and means nothing (section 1.4).
  base::Result<size_t> feed(std::string_view bytes);
  bool done() const { return done_.has_value(); }
  Message take();  // REQUIRES: done()
  // A close frame was read.
  bool closed() const { return closed_; }
  // After an error, for our close frame.
  uint16_t close_code() const { return close_code_; }

 private:
  struct Frame {
    bool fin = true;
    bool rsv1 = false;
    Opcode opcode = Opcode::text;
    bool masked = false;
    uint64_t left = 0;    // of the payload, still to come
    uint64_t length = 0;  // of the payload
    std::array<char, 4> mask{};
  };

  base::Result<> step(std::string_view& rest);
  size_t header_size() const;
  base::Result<> begin_frame();
  base::Result<> check_first_bytes();
  base::Result<> check_order() const;
  base::Result<> take_payload(std::string_view& rest);
  base::Result<> add_to_message(std::string_view bytes, bool end);
  Inflater& inflater();
  base::Result<> end_frame();
  base::Result<> end_close();
  template <class... Args>
  std::unexpected<base::Error> wrong(uint16_t code, fmt::format_string<Args...> text,
                                     Args&&... args);

  Role peer_;
  Limits limits_;
  std::optional<Deflate> deflate_;    // what was agreed
  std::optional<Inflater> inflater_;  // made for the first message that is compressed: it is large
  std::string header_;                // of the frame, as far as it has come
  bool in_payload_ = false;
  Frame frame_;
  std::string control_;             // payload of a control frame
  std::optional<Message> message_;  // of which frames have come
  bool compressed_ = false;         // that message
  size_t sent_bytes_ = 0;           // of it, as they were sent
  size_t frames_ = 0;
  Utf8Checker utf8_;
  std::optional<Message> done_;
  bool closed_ = false;
  std::optional<base::Error> failed_;
  uint16_t close_code_ = kProtocolError;
};

// ---- Writing

// One frame, whatever it says: the writer below keeps the rules, a fault may break them.
struct FrameHead {
  Opcode opcode = Opcode::text;
  bool fin = true;
  bool rsv1 = false;
  std::optional<std::array<char, 4>> mask{};
};
void append_frame(std::string& out, const FrameHead& head, std::string_view payload);

class MessageWriter {
 public:
  // `self` sends; a client's mask keys come from `seed`.
  MessageWriter(Role self, uint64_t seed, const std::optional<Deflate>& deflate = {});

  struct Shape {
    size_t fragment = 0;     // bytes of each frame; 0: all in one
    bool compressed = true;  // if that was agreed
  };
  // Appends the frames of a message. Fails with Code::invalid, and appends nothing, for text that
  // is not UTF-8, a control frame that is too long or not whole, a close code that may not be sent,
  // and anything after a close.
  base::Result<> append(std::string& out, const Message& message, Shape shape);
  base::Result<> append(std::string& out, const Message& message) {
    return append(out, message, Shape());
  }

 private:
  base::Result<> append_control(std::string& out, const Message& message);
  std::string deflated(std::string_view payload);
  void append_masked(std::string& out, FrameHead head, std::string_view payload);

  Role self_;
  base::Random random_;
  std::optional<Deflate> deflate_;    // what was agreed, if it can be written
  std::optional<Deflater> deflater_;  // made for the first message that is compressed: it is large
  bool closed_ = false;
};

}  // namespace peregrine::wire::websocket
