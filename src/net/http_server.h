// An HTTP server on the loop, of HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113): a listener, and a task
// for each connection.
//
//   Router router;
//   router.add("GET", "/health", [](const HttpRequest&) { return healthy(); });
//   HttpServer server(loop, std::move(listener), std::move(router));   // serves from now on
//   …
//   co_await server.stop(loop.in(5s));
//
// A client that speaks HTTP/2 is known by ALPN, if the TLS context offers "h2", or by its first
// bytes ("prior knowledge"), not by an Upgrade; its requests are answered side by side, by the same
// handlers. What a conversation answers is not given over HTTP/2: such a request is reset with
// HTTP_1_1_REQUIRED, whereupon curl and others ask again over HTTP/1.1. The rest of this is about
// HTTP/1.1, http2_server.h about the other.
//
// Requests of one connection are answered in their order, one at a time, pipelined ones too. The
// server answers by itself: 404, 405 with Allow, 400, 408, 413, 414 and 431 for requests that break
// HTTP or a limit (then it closes the connection), 500 for a response that cannot be sent, and
// "100 Continue" to clients that wait for it. No Date is set, so that the answers of two plays are
// the same.
//
// With a TLS context it speaks https: each accepted connection begins with a handshake.
// Connections that were made elsewhere, over a pair in memory for example, are given to serve().
//
// A handler is given whole requests and gives whole answers; one that was added to the router as a
// conversation takes and gives them piece by piece (http_conversation.h).
//
// A handler's task is not ended when its client goes away: it has begun to change things.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "io/loop.h"
#include "io/scope.h"
#include "io/socket.h"
#include "io/stream.h"
#include "io/tls.h"
#include "net/http_server_router.h"
#include "wire/http1.h"

namespace peregrine::net {

struct HttpServerLimits {
  // Beyond this many connections further ones are not accepted; they wait in the kernel's queue.
  size_t connections = 10'000;
  base::Duration idle = std::chrono::seconds(60);       // without a request
  base::Duration handshake = std::chrono::seconds(10);  // of TLS
  base::Duration request = std::chrono::seconds(60);    // from a request's first byte to its last
  base::Duration handler = std::chrono::seconds(60);    // HttpRequest::deadline
  base::Duration answer = std::chrono::seconds(60);     // for the client to take an answer
  wire::http1::Limits message{};
  size_t http2_streams = 128;  // requests of one HTTP/2 connection that are answered at once
};

// A response of a status and a line of text, as the server's own are.
wire::Response plain_response(int status, std::string_view text);

class HttpServer {
 public:
  HttpServer(io::Loop& loop, io::Listener listener, Router router, HttpServerLimits limits = {},
             std::shared_ptr<const io::TlsContext> tls = nullptr);
  // Without a listener: only what serve() is given.
  HttpServer(io::Loop& loop, Router router, HttpServerLimits limits = {});
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  // Ends everything at once, handlers where they wait. Never from a handler.
  ~HttpServer();

  // Answers the requests of this connection too, and owns it.
  void serve(std::unique_ptr<io::Stream> connection);

  // Of the listener; empty without.
  const io::Address& address() const { return address_; }
  size_t connections() const { return connections_.size(); }

  // No new connections, idle ones are closed, requests that run are finished and answered. At the
  // deadline what still runs is cancelled, and the result is Code::timeout. Never from a handler.
  io::Task<base::Result<>> stop(io::Deadline deadline);

 private:
  struct Connection;

  io::Task<void> accept_connections();
  void serve_secured(std::unique_ptr<io::Stream> accepted);
  io::Task<void> shake_hands(std::unique_ptr<Connection> connection, io::TlsStream& stream);
  io::Task<void> answer_all(std::unique_ptr<Connection> connection);
  enum class Part { head, whole };
  struct Routed;
  io::Task<base::Result<bool>> receive(Connection& connection, Part part);
  base::Result<> check_body(const Connection& connection) const;
  Routed route(const wire::Request& message) const;
  io::Task<std::optional<bool>> begins_http2(Connection& connection);
  io::Task<void> answer_http2(Connection& connection);
  io::Task<std::optional<wire::Response>> handle(wire::Request message);
  io::Task<bool> answer(Connection& connection, Routed routed);
  io::Task<bool> converse(Connection& connection, const ConversationHandler& handler,
                          HttpRequest request);
  io::Task<bool> send(Connection& connection);
  io::Task<void> refuse(Connection& connection, base::Error why);
  io::Task<void> linger(Connection& connection);

  io::Loop& loop_;
  HttpServerLimits limits_;
  Router router_;
  io::Address address_;
  std::optional<io::Listener> listener_;
  std::shared_ptr<const io::TlsContext> tls_;
  bool stopping_ = false;
  std::unordered_set<Connection*> connections_;
  io::Signal connection_ended_;
  // Bytes are parsed in the turn in which they are received, so one buffer serves all connections.
  std::vector<char> buffer_;
  // Last, so that they end first: their tasks use all of the above.
  io::Scope serving_;
  io::Scope accepting_;
};

}  // namespace peregrine::net
