// The opening handshake of WebSocket (RFC 6455 section 4), from HTTP's messages to an agreement.
//
//   GET /chat HTTP/1.1                       HTTP/1.1 101 Switching Protocols
//   Host: server.example.com                 Upgrade: websocket
//   Upgrade: websocket                       Connection: Upgrade
//   Connection: Upgrade                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
//   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
//   Sec-WebSocket-Version: 13
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "wire/http_message.h"
#include "wire/websocket_deflate.h"

namespace peregrine::wire::websocket {

// What a side would like.
struct Wish {
  std::vector<std::string> protocols{};  // sub-protocols, the preferred first
  std::optional<Deflate> deflate{};      // nothing: no compression
};

struct Agreement {
  std::string protocol{};  // empty: none
  std::optional<Deflate> deflate{};
  bool operator==(const Agreement&) const = default;
};

// A Sec-WebSocket-Key: 16 random bytes in base64.
std::string make_key(base::Random& random);
// The Sec-WebSocket-Accept that belongs to a key.
std::string accept_value(std::string_view key);

// ---- The client's side

// Makes an opening handshake of a GET: sets the headers that it needs, keeps the others.
// REQUIRES: the protocols are tokens of HTTP.
void add_handshake(Request& request, std::string_view key, const Wish& wish);
// What the server agreed to. Fails with Code::refused if it did not switch protocols, with
// Code::protocol if its answer does not fit the handshake.
base::Result<Agreement> check_answer(const Response& response, std::string_view key,
                                     const Wish& wish);

// ---- The server's side

bool is_handshake(const Request& request);  // or another request for HTTP

struct Answer {
  Response response{};  // 101 Switching Protocols
  Agreement agreement{};
};
// Fails with Code::protocol for a handshake that is wrong, with Code::limit for one that lists too
// much, with Code::refused for a version other than 13; answer with refusal() then.
base::Result<Answer> answer_handshake(const Request& request, const Wish& wish);
// 400, or 426 with the version that is spoken here; the body is the sentence of the error.
Response refusal(const base::Error& error);

}  // namespace peregrine::wire::websocket
