// For tests of HTTP/2: frames as bytes, whatever they say. Header fields are literals without a
// table (RFC 7541 section 6.2.2), so that each list stands by itself.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace peregrine::wire::http2::raw {

enum Type : uint8_t {
  kData,
  kHeaders,
  kPriority,
  kReset,
  kSettings,
  kPushPromise,
  kPing,
  kGoaway,
  kWindowUpdate,
  kContinuation,
  kUnknown = 0x50,
};
inline constexpr uint8_t kEndStream = 1;
inline constexpr uint8_t kAck = 1;
inline constexpr uint8_t kEndHeaders = 4;

inline std::string number(uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

inline std::string frame(Type type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string bytes = number(static_cast<uint32_t>(payload.size())).substr(1);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  return bytes + number(stream) + std::string(payload);
}

inline std::string text(std::string_view value) {
  std::string bytes;
  if (value.size() < 127) {
    bytes += static_cast<char>(value.size());
  } else {
    bytes += '\x7f';
    size_t rest = value.size() - 127;
    for (; rest >= 128; rest >>= 7) bytes += static_cast<char>(rest | 128);
    bytes += static_cast<char>(rest);
  }
  return bytes.append(value);
}

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;
inline std::string fields(Fields list) {
  std::string bytes;
  for (const auto& [name, value] : list) {
    bytes += '\0';
    bytes += text(name) + text(value);
  }
  return bytes;
}

inline std::string headers(uint32_t stream, uint8_t flags, Fields list) {
  return frame(kHeaders, flags | kEndHeaders, stream, fields(list));
}
inline std::string data(uint32_t stream, uint8_t flags, std::string_view bytes) {
  return frame(kData, flags, stream, bytes);
}
inline std::string reset(uint32_t stream, uint32_t code) {
  return frame(kReset, 0, stream, number(code));
}
inline std::string goaway(uint32_t last_stream, uint32_t code, std::string_view why = {}) {
  return frame(kGoaway, 0, 0, number(last_stream) + number(code) + std::string(why));
}
inline std::string get(uint32_t stream, std::string_view path = "/") {
  return headers(stream, kEndStream,
                 {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", path}});
}

// What a client begins with, and a server.
inline std::string client_begins() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(kSettings, 0, 0, "");
}
inline std::string server_begins() { return frame(kSettings, 0, 0, ""); }

}  // namespace peregrine::wire::http2::raw
