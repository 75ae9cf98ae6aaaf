// One end of a WebSocket (RFC 6455), the client's or the server's.
//
//   CO_TRY(Url url, parse_websocket_url("wss://shop.test/live"));
//   CO_TRY(auto socket, co_await WebSocket::connect(connector, url, {}, deadline));
//   CO_TRY_OK(co_await socket->send({.payload = "hello"}, deadline));
//   CO_TRY(std::optional<Message> message, co_await socket->receive(deadline));  // nothing: closed
//   CO_TRY_OK(co_await socket->close(kNormalClosure, "", deadline));
//
// In a server a conversation becomes a WebSocket, and lasts as long as its handler:
//
//   router.add_conversation("GET", "/live", [](HttpConversation& c) { return live(c); });
//   … Result<std::unique_ptr<WebSocket>> socket = co_await WebSocket::accept(c, {}, deadline); …
//
// Pings are answered while something is received, close frames too; what breaks the protocol or a
// limit is answered with the close frame that says so. Text is UTF-8, or refused. Compression
// (permessage-deflate) is agreed if both want it.
//
// One task receives, others may send and close at the same time: frames are not mixed. One thread:
// the loop's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "io/loop.h"
#include "io/stream.h"
#include "net/connector.h"
#include "net/http_conversation.h"
#include "net/url.h"
#include "wire/websocket.h"
#include "wire/websocket_handshake.h"

namespace peregrine::net {

// "ws://…" and "wss://…", as the URL of http or https that the handshake goes to.
base::Result<Url> parse_websocket_url(std::string_view text);

struct WebSocketOptions {
  wire::websocket::Wish wish{.protocols = {}, .deflate = wire::websocket::Deflate{}};
  wire::Headers headers{};  // beside those of the handshake; a server's are of its answer
  wire::websocket::Limits message{};
  base::Duration close = std::chrono::seconds(5);  // for the peer to answer our close frame
  // A ping after that long without a byte, and the end after as long again. Nothing: no pings.
  std::optional<base::Duration> ping_after{};
  std::optional<uint64_t> seed{};  // of a client's key and masks; nothing: a fresh one
};

class WebSocket {
 public:
  using Message = wire::websocket::Message;

  // Fails with Code::refused if the server does not switch protocols, protocol if it does so
  // wrongly, and as HttpExchange::open() does. Whatever the server answered is put into `answer`,
  // of a refusal's body the beginning.
  static io::Task<base::Result<std::unique_ptr<WebSocket>>> connect(
      Connector& connector, Url url, WebSocketOptions options, io::Deadline deadline,
      wire::Response* answer = nullptr);
  // A request that is no handshake is answered with what is wrong, which is the error then. When
  // the server stops the connection is aborted.
  static io::Task<base::Result<std::unique_ptr<WebSocket>>> accept(HttpConversation& conversation,
                                                                   WebSocketOptions options,
                                                                   io::Deadline deadline);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  // The next text or binary message; nothing when the peer has closed, or has answered our close.
  // Fails with Code::protocol, limit, closed (without a close frame), timeout; after a timeout it
  // may be asked again. REQUIRES: no other task receives.
  io::Task<base::Result<std::optional<Message>>> receive(io::Deadline deadline);
  // A text, a binary message or a ping. Fails with Code::invalid for what may not be sent, closed
  // after a close frame.
  io::Task<base::Result<>> send(Message message, io::Deadline deadline);
  // Says that nothing more will be sent, and waits for the peer to say the same; messages that come
  // in between are dropped if nobody receives them. Fails with Code::timeout when the peer does
  // not; the connection ends all the same.
  io::Task<base::Result<>> close(uint16_t code, std::string reason, io::Deadline deadline);

  // The sub-protocol that was agreed; empty: none.
  const std::string& protocol() const { return protocol_; }
  bool compresses() const { return compresses_; }
  // The peer's close frame, once it has come.
  const std::optional<Message>& closed() const { return closed_; }

 private:
  WebSocket(std::unique_ptr<io::Stream> owned, io::Stream& stream, std::string received,
            wire::websocket::Role self, const wire::websocket::Agreement& agreement,
            const WebSocketOptions& options);

  io::Task<base::Result<std::optional<Message>>> receive_message(io::Deadline deadline);
  io::Task<base::Result<>> receive_bytes(io::Deadline deadline);
  io::Task<base::Result<bool>> take(Message& message, io::Deadline deadline);
  io::Task<base::Result<>> refuse(base::Error why);
  io::Task<base::Result<>> flush(io::Deadline deadline);

  std::unique_ptr<io::Stream> owned_;
  io::Stream& stream_;
  WebSocketOptions options_;
  std::string protocol_;
  bool compresses_;
  wire::websocket::MessageReader reader_;
  wire::websocket::MessageWriter writer_;
  std::string received_;  // not read yet, from received_at_ on
  size_t received_at_ = 0;
  std::string pending_;  // frames to be sent
  bool sending_ = false;
  bool receiving_ = false;
  bool close_sent_ = false;
  bool pinged_ = false;  // and nothing was heard since
  std::optional<Message> closed_;
  std::optional<base::Error> unsendable_;  // why nothing can be sent any more
  std::optional<base::Error> failed_;      // why nothing can be received any more
  io::Signal changed_;                     // one of the above
};

}  // namespace peregrine::net
