#include "net/http_server.h"

#include <algorithm>
#include <utility>

#include "net/http2_server.h"
#include "net/http_connection.h"
#include "net/http_conversation.h"
#include "net/url.h"

namespace peregrine::net {

using base::Code;
using base::fail;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Request;
using wire::Response;
using wire::http1::AnswerTo;

namespace {

using namespace std::chrono_literals;

constexpr size_t kReceiveBytes = 64 * 1024;
// After a refusal the client's bytes are read and dropped for a while: closing with unread bytes
// would reset the connection and could take the refusal with it (RFC 9112 section 9.6).
constexpr base::Duration kLingerTime = 1s;
constexpr size_t kLingerBytes = 16 << 20;
// The pause before the next try when the system has no descriptor left for a connection.
constexpr base::Duration kAcceptPause = 20ms;
// Bytes of all requests of an HTTP/2 connection that have not come whole.
constexpr size_t kHttp2Bodies = 256 << 20;
// How long cancelled handlers may take to come to their end.
constexpr base::Duration kCancelTime = 1s;

// The path and query of a target. Proxies send whole URLs (RFC 9112 section 3.2.2).
Result<std::pair<std::string, std::string>> split_target(const std::string& target) {
  if (!target.starts_with('/')) {
    TRY(Url url, parse_url(target));
    return std::pair(std::move(url.path), std::move(url.query));
  }
  const size_t end = std::min(target.find('#'), target.size());
  const size_t question = std::min(target.find('?'), end);
  return std::pair(target.substr(0, question),
                   question < end ? target.substr(question + 1, end - question - 1) : "");
}

}  // namespace

Response plain_response(int status, std::string_view text) {
  Response response{.status = status};
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.body.append(text).append("\n");
  return response;
}

struct HttpServer::Connection : HttpConnection {
  Connection(HttpServer& its_server, std::unique_ptr<io::Stream> its_stream)
      : HttpConnection(std::move(its_stream), its_server.limits_.message), server(its_server) {
    server.connections_.insert(this);
  }
  ~Connection() {
    server.connections_.erase(this);
    server.connection_ended_.notify_one();
  }

  HttpServer& server;
  Deadline deadline{};   // of the request that is being received
  bool invited = false;  // the client was told to send the body
  std::shared_ptr<Http2Server> http2{};
};

// Whom a request is for, or why for nobody.
struct HttpServer::Routed {
  HttpRequest request{};  // without its message
  Router::Match match{};
  std::optional<Response> refusal{};
};

HttpServer::HttpServer(io::Loop& loop, Router router, HttpServerLimits limits)
    : loop_(loop),
      limits_(limits),
      router_(std::move(router)),
      connection_ended_(loop),
      buffer_(kReceiveBytes),
      serving_(loop),
      accepting_(loop) {}

HttpServer::HttpServer(io::Loop& loop, io::Listener listener, Router router,
                       HttpServerLimits limits, std::shared_ptr<const io::TlsContext> tls)
    : HttpServer(loop, std::move(router), limits) {
  address_ = listener.address();
  listener_ = std::move(listener);
  tls_ = std::move(tls);
  accepting_.spawn(accept_connections());
}

HttpServer::~HttpServer() = default;

Task<void> HttpServer::accept_connections() {
  for (;;) {
    while (connections_.size() >= limits_.connections) {
      if (!co_await connection_ended_.wait(Deadline::never())) co_return;
    }
    Result<io::Socket> socket = co_await listener_->accept(Deadline::never());
    if (socket) {
      auto stream = std::make_unique<io::Socket>(*std::move(socket));
      tls_ ? serve_secured(std::move(stream)) : serve(std::move(stream));
    } else if (stopping_ || !co_await loop_.sleep(kAcceptPause)) {
      co_return;
    }
  }
}

void HttpServer::serve(std::unique_ptr<io::Stream> connection) {
  serving_.spawn(answer_all(std::make_unique<Connection>(*this, std::move(connection))));
}

void HttpServer::serve_secured(std::unique_ptr<io::Stream> accepted) {
  std::unique_ptr<io::TlsStream> stream = io::TlsStream::server(std::move(accepted), tls_);
  io::TlsStream& handshaking = *stream;
  auto connection = std::make_unique<Connection>(*this, std::move(stream));
  serving_.spawn(shake_hands(std::move(connection), handshaking));
}

Task<void> HttpServer::shake_hands(std::unique_ptr<Connection> connection, io::TlsStream& stream) {
  if (!co_await stream.handshake(loop_.in(limits_.handshake))) co_return;
  co_await answer_all(std::move(connection));
}

Task<void> HttpServer::answer_all(std::unique_ptr<Connection> connection) {
  Connection& c = *connection;
  const std::optional<bool> http2 = co_await begins_http2(c);
  if (!http2) co_return;
  if (*http2) co_return co_await answer_http2(c);
  for (bool keep = true; keep;) {
    Result<bool> received = co_await receive(c, Part::head);
    if (const ConversationHandler* all = router_.all(); all && received && *received) {
      keep = co_await converse(c, *all, {});
      continue;
    }
    std::optional<Routed> routed;
    if (received && *received) routed = route(c.parser.message());
    const bool conversation = routed && routed->match.conversation && !routed->refusal;
    if (conversation) {
      const Request& head = c.parser.message();
      routed->request.message = {
          .method = head.method, .target = head.target, .headers = head.headers};
    }
    if (routed && !conversation) received = co_await receive(c, Part::whole);
    if (!received) {
      co_await refuse(c, std::move(received).error());
      co_return;
    }
    if (!*received) co_return;
    keep = conversation
               ? co_await converse(c, *routed->match.conversation, std::move(routed->request))
               : co_await answer(c, *std::move(routed));
  }
  // TLS says that it ends; without that a client would take what it got for cut off.
  (void)co_await c.stream->finish_sending(loop_.in(limits_.answer));
}

// True with that part of a request in the parser, false if there is nobody to answer; an error is
// to be told to the client.
Task<Result<bool>> HttpServer::receive(Connection& c, Part part) {
  if (part == Part::head) {
    CO_TRY_OK(c.parse_kept());
    c.deadline = loop_.in(c.parser.started() ? limits_.request : limits_.idle);
    c.invited = false;
  } else {
    CO_TRY_OK(check_body(c));
  }
  while (part == Part::head ? !c.parser.head_done() : !c.parser.done()) {
    if (c.parser.expects_continue() && !std::exchange(c.invited, true)) {
      CO_TRY_OK(wire::http1::append(c.out, Response{.status = 100}));
      if (!co_await send(c)) co_return false;
    }
    const bool begun = c.parser.started();
    if (!begun && stopping_) co_return false;
    c.waiting = !begun;
    Result<size_t> bytes = co_await c.stream->receive(buffer_, c.deadline);
    c.waiting = false;
    if (!bytes && begun && bytes.error().code == Code::timeout) {
      co_return fail(Code::timeout, "the request was not complete within {}",
                     base::to_text(limits_.request));
    }
    // stop() ends waiting connections: what came at the last moment was not answered, nor done.
    if (!bytes || *bytes == 0 || (!begun && stopping_)) co_return false;
    if (!begun) c.deadline = loop_.in(limits_.request);
    CO_TRY_OK(c.parse({buffer_.data(), *bytes}));
    if (part == Part::whole) CO_TRY_OK(check_body(c));
  }
  co_return true;
}

// The limit of whole bodies; one that says its size is refused before it comes.
Result<> HttpServer::check_body(const Connection& c) const {
  const Request& message = c.parser.message();
  uint64_t size = message.body.size();
  if (!c.parser.done()) {
    TRY(const auto framing,
        wire::http1::declared_framing(message.headers, c.parser.minor_version()));
    size = std::max(size, framing.length);
  }
  if (size <= limits_.message.body) return {};
  return fail(Code::limit, "the body is larger than {} bytes", limits_.message.body);
}

HttpServer::Routed HttpServer::route(const Request& message) const {
  const auto refused = [](int status, std::string_view text) {
    return Routed{.refusal = plain_response(status, text)};
  };
  auto target = split_target(message.target);
  if (!target) return refused(400, target.error().text);
  const auto& [path, query] = *target;
  Result<Router::Match> match = router_.find(message.method, path);
  if (!match) return refused(400, match.error().text);
  if (!match->found() && match->allow.empty()) {
    return refused(404, fmt::format("nothing is at {}", path));
  }
  if (!match->found()) {
    Routed routed =
        refused(405, fmt::format("{} takes {}, not {}", path, match->allow, message.method));
    routed.refusal->headers.add("Allow", match->allow);
    return routed;
  }
  Result<std::string> decoded_path = percent_decode(path);
  Result<Pairs> decoded_query = parse_query(query);
  if (!decoded_query) return refused(400, decoded_query.error().text);
  Routed routed{.match = *std::move(match)};
  routed.request.path = *std::move(decoded_path);  // it could be decoded: the router has done so
  routed.request.query = *std::move(decoded_query);
  routed.request.parameters = std::move(routed.match.parameters);
  return routed;
}

// What has come is kept. Nothing if there is nobody to answer.
Task<std::optional<bool>> HttpServer::begins_http2(Connection& c) {
  using wire::http2::kPreface;
  if (c.stream->protocol() == "h2") co_return true;
  c.deadline = loop_.in(limits_.idle);
  while (c.kept.size() < kPreface.size() && kPreface.starts_with(c.kept)) {
    c.waiting = c.kept.empty();
    Result<size_t> bytes = co_await c.stream->receive(buffer_, c.deadline);
    // One that is stopped in between was not answered, nor anything done.
    if (!bytes || *bytes == 0 || (c.waiting && stopping_)) co_return std::nullopt;
    if (std::exchange(c.waiting, false)) c.deadline = loop_.in(limits_.request);
    c.kept.append(buffer_.data(), *bytes);
  }
  co_return c.kept.starts_with(kPreface);
}

Task<void> HttpServer::answer_http2(Connection& c) {
  const wire::http1::Limits& message = limits_.message;
  c.waiting = false;
  c.http2 = std::make_shared<Http2Server>(
      serving_, buffer_, [this](Request request) { return handle(std::move(request)); },
      Http2Server::Limits{.idle = limits_.idle,
                          .request = limits_.request,
                          .answer = limits_.answer,
                          .session = {.header_bytes = message.header_bytes,
                                      .header_count = message.header_count,
                                      .body = message.body,
                                      .bodies = std::max(message.body, kHttp2Bodies),
                                      .streams = limits_.http2_streams}});
  if (stopping_) c.http2->stop();
  co_await c.http2->run(*c.stream, std::move(c.kept));
}

Task<std::optional<Response>> HttpServer::handle(Request message) {
  if (router_.all()) co_return std::nullopt;
  Routed routed = route(message);
  if (routed.refusal) co_return std::move(routed.refusal);
  if (routed.match.conversation) co_return std::nullopt;
  routed.request.message = std::move(message);
  routed.request.deadline = loop_.in(limits_.handler);
  co_return co_await (*routed.match.handler)(routed.request);
}

// Whether the connection can go on.
Task<bool> HttpServer::answer(Connection& c, Routed routed) {
  bool keep = c.parser.keep_alive();
  HttpRequest& request = routed.request;
  request.message = c.parser.take();
  request.deadline = loop_.in(limits_.handler);
  const AnswerTo to = request.message.method == "HEAD" ? AnswerTo::head : AnswerTo::get;
  Response response =
      routed.refusal ? *std::move(routed.refusal) : co_await (*routed.match.handler)(request);
  keep = keep && !stopping_ && !response.headers.has_token("Connection", "close");
  if (!keep) {
    response.headers.set("Connection", "close");
  } else if (request.message.headers.has_token("Connection", "keep-alive")) {
    response.headers.set("Connection", "keep-alive");  // HTTP/1.0 clients wait to be told
  }
  if (Result<> written = wire::http1::append(c.out, response, to); !written) {
    response = plain_response(500, "the response cannot be sent: " + written.error().text);
    if (!wire::http1::append(c.out, response, to)) co_return false;
  }
  co_return co_await send(c) && keep;
}

// The same for a handler that does it piece by piece.
Task<bool> HttpServer::converse(Connection& c, const ConversationHandler& handler,
                                HttpRequest request) {
  request.deadline = loop_.in(limits_.handler);
  HttpConversation conversation(c, std::move(request), buffer_);
  co_await handler(conversation);
  c.waiting = false;
  if (conversation.stage() == HttpConversation::Stage::none && conversation.broken()) {
    co_await refuse(c, *conversation.broken());
    co_return false;
  }
  if (conversation.stage() == HttpConversation::Stage::none) {
    (void)co_await conversation.respond(plain_response(500, "the handler gave no answer"),
                                        loop_.in(limits_.answer));
  }
  if (conversation.stage() == HttpConversation::Stage::begun) {
    c.stream->abort();
  } else if (conversation.stage() == HttpConversation::Stage::ended && !c.parser.done()) {
    co_await linger(c);
  }
  const bool keep = conversation.keeps() && !stopping_;
  if (keep) c.parser.reset();
  co_return keep;
}

Task<bool> HttpServer::send(Connection& c) {
  Result<> sent = co_await c.flush(loop_.in(limits_.answer));
  co_return sent.has_value();
}

Task<void> HttpServer::refuse(Connection& c, base::Error why) {
  int status = c.parser.error_status();
  if (why.code == Code::timeout) status = 408;
  // Whether a body is too large is not for the parser to say.
  if (why.code == Code::limit && c.parser.head_done()) status = 413;
  Response response = plain_response(status, why.text);
  response.headers.add("Connection", "close");
  if (wire::http1::append(c.out, response) && co_await send(c)) co_await linger(c);
}

// Reads and drops what the client still sends, so that it can read what it was told.
Task<void> HttpServer::linger(Connection& c) {
  const Deadline deadline = loop_.in(kLingerTime);
  if (!co_await c.stream->finish_sending(deadline)) co_return;
  c.waiting = true;
  for (size_t dropped = 0; dropped < kLingerBytes && !stopping_;) {
    Result<size_t> bytes = co_await c.stream->receive(buffer_, deadline);
    if (!bytes || *bytes == 0) break;
    dropped += *bytes;
  }
}

Task<Result<>> HttpServer::stop(Deadline deadline) {
  stopping_ = true;
  accepting_.cancel({Code::cancelled, "the server is stopping"});
  CO_TRY_OK(co_await accepting_.join(deadline));
  listener_.reset();
  for (Connection* connection : connections_) {
    if (connection->http2) {
      connection->http2->stop();
    } else if (connection->waiting) {
      connection->stream->abort();
    }
  }
  Result<> ended = co_await serving_.join(deadline);
  if (ended) co_return ended;
  const size_t left = serving_.running();
  serving_.cancel({Code::cancelled, "the server is stopping"});
  (void)co_await serving_.join(loop_.in(kCancelTime));
  if (ended.error().code != Code::timeout) co_return ended;
  co_return fail(Code::timeout, "{} requests to {} were not finished when the server had to stop",
                 left, address_.to_string());
}

}  // namespace peregrine::net
