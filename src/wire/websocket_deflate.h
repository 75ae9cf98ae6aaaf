// permessage-deflate (RFC 7692): its negotiation, and the compression of messages, by zlib.
//
//   Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=10
//
// A message is compressed with DEFLATE (RFC 1951), flushed to a whole byte, and sent without the
// last four bytes of that flush, 00 00 ff ff (section 7.2.1). The window goes on from one message
// to the next unless `no_context_takeover` was agreed for that direction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct z_stream_s;

namespace peregrine::wire::websocket {

inline constexpr int kLeastWindowBits = 8;
inline constexpr int kMostWindowBits = 15;
inline constexpr size_t kExtensions = 32;  // in a header, and parameters of each

// What was agreed; in a wish, what is asked for at least. "server" is what the server sends.
struct Deflate {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  int server_max_window_bits = kMostWindowBits;
  int client_max_window_bits = kMostWindowBits;
  bool operator==(const Deflate&) const = default;
};

// A client's offer: the value of its Sec-WebSocket-Extensions. REQUIRES: bits from 8 to 15.
std::string offer(const Deflate& wish);

struct DeflateAnswer {
  std::string header;  // the server's Sec-WebSocket-Extensions
  Deflate agreed;
};
// A server's answer to the first offer that it can follow; nothing if there is none. Fails with
// Code::protocol if the header is not a list of extensions, with Code::limit if it is one of more
// than kExtensions. (Section 7.1)
base::Result<std::optional<DeflateAnswer>> answer_offers(std::string_view header,
                                                         const Deflate& wish);

// What a server's answer to offer(wish) agrees on, nothing if it is empty; `wish` is null if no
// offer was made. Fails with Code::protocol for what was not offered.
base::Result<std::optional<Deflate>> read_answer(std::string_view header, const Deflate* wish);

// zlib's stream does not move in memory.
struct ZlibEnd {
  bool inflates;
  void operator()(z_stream_s* stream) const;
};
using ZlibStream = std::unique_ptr<z_stream_s, ZlibEnd>;

class Inflater {
 public:
  Inflater(int window_bits, bool keeps_context);

  // Appends what the bytes give, until `out` is longer than `limit`: then there was more than is
  // allowed, and nothing else may be asked of this object. Fails with Code::protocol; what came
  // before the mistake has been appended.
  base::Result<> feed(std::string_view bytes, std::string& out, size_t limit);
  // The message ends: the same, with the flush that was not sent.
  base::Result<> finish(std::string& out, size_t limit);

 private:
  ZlibStream stream_;
  bool keeps_context_;
};

class Deflater {
 public:
  // zlib cannot write with a window of 8 bits. REQUIRES: can_write(window_bits).
  Deflater(int window_bits, bool keeps_context);
  static bool can_write(int window_bits) { return window_bits > kLeastWindowBits; }

  // A whole message, compressed as it is sent.
  std::string compress(std::string_view message);

 private:
  void write(std::string_view bytes, int flush, std::string& out);

  ZlibStream stream_;
  bool keeps_context_;
};

}  // namespace peregrine::wire::websocket
