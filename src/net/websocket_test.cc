#include "net/websocket.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "net/connector_fixture.h"
#include "net/http_client.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using wire::websocket::Message;
using wire::websocket::Opcode;
using Socket = std::unique_ptr<WebSocket>;

// Sends back what comes; "close" and "break" do so.
Task<void> echo(WebSocketOptions options, HttpConversation& c) {
  Result<Socket> socket = co_await WebSocket::accept(c, options, c.request().deadline);
  if (!socket) co_return;
  for (;;) {
    Result<std::optional<Message>> message = co_await (*socket)->receive(Deadline::never());
    if (!message || !*message) co_return;
    const std::string& text = (*message)->payload;
    if (text == "break") co_return;
    if (text == "close") {
      (void)co_await (*socket)->close(4001, "bye", c.request().deadline);
      co_return;
    }
    if (!co_await (*socket)->send(**message, c.request().deadline)) co_return;
  }
}

class WebSocketTest : public testing::Test {
 protected:
  Router routes() {
    Router router;
    router.add_conversation("GET", "/echo",
                            [this](HttpConversation& c) { return echo(server_options_, c); });
    return router;
  }
  ~WebSocketTest() override {
    socket_.reset();
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  static Task<Result<Socket>> connect(io::Loop& loop, Connector& connector, Url url,
                                      WebSocketOptions options, wire::Response& answer) {
    co_return co_await WebSocket::connect(connector, std::move(url), std::move(options),
                                          loop.in(5s), &answer);
  }
  // "" or why not.
  std::string open(std::string_view url = "ws://x/echo", WebSocketOptions options = {}) {
    Result<Socket> made = loop_->run(
        connect(*loop_, connector_, *parse_websocket_url(url), std::move(options), answer_));
    if (!made) return made.error().to_string();
    socket_ = *std::move(made);
    return "";
  }
  static Task<Result<std::optional<Message>>> receive(io::Loop& loop, WebSocket& socket,
                                                      base::Duration within) {
    co_return co_await socket.receive(loop.in(within));
  }
  std::string heard(base::Duration within = 5s) {
    Result<std::optional<Message>> message = loop_->run(receive(*loop_, *socket_, within));
    if (!message) return message.error().to_string();
    if (!*message) return fmt::format("closed {}", socket_->closed()->code.value_or(0));
    return (*message)->payload;
  }
  static Task<Result<>> send_one(io::Loop& loop, WebSocket& socket, Message message) {
    co_return co_await socket.send(std::move(message), loop.in(5s));
  }
  static Task<Result<>> close_one(io::Loop& loop, WebSocket& socket, uint16_t code) {
    co_return co_await socket.close(code, "", loop.in(5s));
  }
  std::string send(Message message) {
    Result<> sent = loop_->run(send_one(*loop_, *socket_, std::move(message)));
    return sent ? "" : sent.error().to_string();
  }
  std::string send(std::string text) { return send(Message{.payload = std::move(text)}); }
  std::string close(uint16_t code = 1000) {
    Result<> done = loop_->run(close_one(*loop_, *socket_, code));
    return done ? "" : done.error().to_string();
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  WebSocketOptions server_options_;
  std::unique_ptr<HttpServer> server_ = std::make_unique<HttpServer>(*loop_, routes());
  Everywhere connector_{*loop_, *server_};
  Socket socket_;
  wire::Response answer_;  // to the last handshake
};

TEST_F(WebSocketTest, CarriesMessagesOfBothKindsBothWays) {
  ASSERT_EQ(open(), "");
  EXPECT_TRUE(socket_->compresses());
  EXPECT_EQ(send("hello"), "");
  EXPECT_EQ(heard(), "hello");
  EXPECT_EQ(send({.kind = Opcode::binary, .payload = std::string("\0\xff", 2)}), "");
  EXPECT_EQ(heard(), std::string("\0\xff", 2));
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(send(large), "");
  EXPECT_EQ(heard(), large);
  EXPECT_EQ(close(), "");
  EXPECT_EQ(socket_->closed()->code, 1000);
  EXPECT_EQ(send("late"), "the WebSocket was closed");
}

TEST_F(WebSocketTest, AgreesOnAProtocolAndOnCompression) {
  server_options_.wish = {.protocols = {"b", "c"}};
  server_options_.headers = {{"Set-Cookie", "a=b"}};
  ASSERT_EQ(open("ws://x/echo", {.wish = {.protocols = {"a", "b"}}}), "");
  EXPECT_EQ(socket_->protocol(), "b");
  EXPECT_EQ(answer_.status, 101);
  EXPECT_EQ(answer_.headers.get("set-cookie"), "a=b");
  EXPECT_FALSE(socket_->compresses());
}

TEST_F(WebSocketTest, ThePeerMayCloseFirst) {
  ASSERT_EQ(open(), "");
  EXPECT_EQ(send("close"), "");
  EXPECT_EQ(heard(), "closed 4001");
  EXPECT_EQ(heard(), "closed 4001");
  EXPECT_EQ(socket_->closed()->payload, "bye");
  EXPECT_EQ(close(), "");
}

TEST_F(WebSocketTest, AnEndWithoutACloseFrameIsAnError) {
  ASSERT_EQ(open(), "");
  EXPECT_EQ(send("break"), "");
  EXPECT_EQ(heard(), "the connection ended without a close frame");
  EXPECT_NE(send("more"), "");
}

TEST_F(WebSocketTest, WhatIsTooBigOrNoTextIsRefusedWithItsCode) {
  server_options_.message = {.message = 100};
  ASSERT_EQ(open(), "");
  EXPECT_EQ(send(std::string(101, 'x')), "");
  EXPECT_EQ(heard(), "closed 1009");
  ASSERT_EQ(open(), "");
  EXPECT_NE(send("\xff"), "");
  EXPECT_EQ(send("fine"), "");
  EXPECT_EQ(heard(), "fine");
}

TEST_F(WebSocketTest, AServerThatSpeaksOnlyHttpRefuses) {
  EXPECT_EQ(open("ws://x/none").find("no WebSocket with http://x/none: "), 0U);
  EXPECT_EQ(answer_.status, 404);
  EXPECT_FALSE(answer_.body.empty());
  wire::Request request{.headers = {{"Host", "x"}}};
  HttpClient client(*loop_, connector_);
  request.target = "/echo";
  Result<wire::Response> answer = loop_->run(client.send({"x", 80}, request, Deadline::never()));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
}

TEST_F(WebSocketTest, AWaitThatWasGivenUpIsNotTheEnd) {
  ASSERT_EQ(open(), "");
  EXPECT_EQ(heard(2ms), "the time for it is over");
  EXPECT_EQ(send("hello"), "");
  EXPECT_EQ(heard(), "hello");
}

TEST_F(WebSocketTest, StoppingTheServerEndsIt) {
  ASSERT_EQ(open(), "");
  EXPECT_TRUE(loop_->run(server_->stop(Deadline::never())));
  EXPECT_EQ(heard(), "the connection ended without a close frame");
}

TEST(WebSocketUrl, OnlyWsAndWss) {
  EXPECT_EQ(parse_websocket_url("ws://x/a?b")->to_string(), "http://x/a?b");
  EXPECT_EQ(parse_websocket_url("WSS://x")->to_string(), "https://x/");
  EXPECT_EQ(parse_websocket_url("http://x").error().text,
            "'http://x' must begin with ws:// or wss://");
}

// ---- Against a peer that a test plays frame by frame

// Sees that one task sends at a time.
class OneSender final : public io::Stream {
 public:
  explicit OneSender(std::unique_ptr<io::Stream> stream) : stream_(std::move(stream)) {}
  Task<Result<size_t>> receive(std::span<char> into, Deadline deadline) override {
    return stream_->receive(into, deadline);
  }
  Task<Result<>> send(std::string_view bytes, Deadline deadline) override {
    EXPECT_EQ(sending_++, 0);
    Result<> sent = co_await stream_->send(bytes, deadline);
    --sending_;
    co_return sent;
  }
  Task<Result<>> finish_sending(Deadline deadline) override {
    return stream_->finish_sending(deadline);
  }
  void abort() override { stream_->abort(); }
  bool is_quiet() const override { return stream_->is_quiet(); }
  io::Loop& loop() override { return stream_->loop(); }

 private:
  std::unique_ptr<io::Stream> stream_;
  int sending_ = 0;
};

class ScriptedServer final : public Connector {
 public:
  explicit ScriptedServer(io::Loop& loop) : loop_(loop), scope_(loop) {}
  Task<Result<std::unique_ptr<io::Stream>>> connect(Origin, Deadline) override {
    auto [near, far] = io::MemoryStream::pair(loop_);
    stream = std::move(far);
    scope_.spawn(shake_hands());
    co_return std::make_unique<OneSender>(std::move(near));
  }
  Task<void> shake_hands() {
    wire::http1::RequestParser parser;
    std::vector<char> buffer(4096);
    while (!parser.done()) {
      Result<size_t> size = co_await stream->receive(buffer, Deadline::never());
      EXPECT_TRUE(parser.feed({buffer.data(), *size}));
    }
    std::string out;
    auto answer = wire::websocket::answer_handshake(parser.take(), {});
    EXPECT_TRUE(wire::http1::append(out, answer->response));
    (void)co_await stream->send(out + with_head, Deadline::never());
  }
  Task<Result<Message>> next() {
    std::vector<char> buffer(4096);
    while (!reader.done()) {
      CO_TRY(const size_t size, co_await stream->receive(buffer, Deadline::never()));
      if (size == 0) co_return base::fail(Code::closed, "end");
      CO_TRY(const size_t used, reader.feed({buffer.data(), size}));
      EXPECT_EQ(used, size);
    }
    co_return reader.take();
  }

  std::string with_head;
  std::unique_ptr<io::Stream> stream;
  wire::websocket::MessageReader reader{wire::websocket::Role::client};

 private:
  io::Loop& loop_;
  io::Scope scope_;
};

std::string frame(Opcode opcode, std::string_view payload) {
  std::string out;
  wire::websocket::append_frame(out, {.opcode = opcode}, payload);
  return out;
}

Task<Result<Socket>> connect_to(Connector& server, WebSocketOptions options) {
  co_return co_await WebSocket::connect(server, *parse_websocket_url("ws://x/"), std::move(options),
                                        Deadline::never());
}

TEST(WebSocketFrames, APingIsAnsweredAndFramesWithTheHandshakeAreRead) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  ScriptedServer server(*loop);
  server.with_head = frame(Opcode::ping, "are you there") + frame(Opcode::text, "hi");
  Socket socket = *loop->run(connect_to(server, {}));
  EXPECT_EQ((*loop->run(socket->receive(Deadline::never())))->payload, "hi");
  EXPECT_EQ(*loop->run(server.next()), (Message{.kind = Opcode::pong, .payload = "are you there"}));
}

TEST(WebSocketFrames, WhatBreaksTheProtocolIsToldAndEndsIt) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  ScriptedServer server(*loop);
  server.with_head = frame(static_cast<Opcode>(3), "x");
  Socket socket = *loop->run(connect_to(server, {}));
  Result<std::optional<Message>> message = loop->run(socket->receive(Deadline::never()));
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, Code::protocol);
  EXPECT_EQ(loop->run(server.next())->code, wire::websocket::kProtocolError);
  EXPECT_FALSE(loop->run(socket->send({.payload = "x"}, Deadline::never())));
}

TEST(WebSocketFrames, APeerThatDoesNotAnswerACloseIsLeft) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  ScriptedServer server(*loop);
  Socket socket = *loop->run(connect_to(server, {.close = 3ms}));
  Result<> closed = loop->run(socket->close(1000, "", Deadline::never()));
  EXPECT_EQ(closed.error().text, "the peer did not answer the close frame");
  EXPECT_EQ(loop->run(server.next())->code, 1000);
}

TEST(WebSocketFrames, AsksWhetherThePeerIsStillThere) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  ScriptedServer server(*loop);
  Socket socket = *loop->run(connect_to(server, {.ping_after = 3ms}));
  Result<std::optional<Message>> message = loop->run(socket->receive(Deadline::never()));
  EXPECT_EQ(message.error().text, "the peer gave no sign of life for 6.00 ms");
  EXPECT_EQ(loop->run(server.next())->kind, Opcode::ping);
}

Task<void> keep_sending(WebSocket& socket, char letter) {
  for (int i = 0; i < 20; ++i) {
    const Result<> sent =
        co_await socket.send({.payload = std::string(50'000, letter)}, Deadline::never());
    EXPECT_TRUE(sent);
  }
}

Task<void> receive_to_the_end(WebSocket& socket) {
  Result<std::optional<Message>> end = co_await socket.receive(Deadline::never());
  EXPECT_TRUE(end && !*end);
}

Task<void> close_it(WebSocket& socket) {
  EXPECT_TRUE(co_await socket.close(1000, "", Deadline::never()));
}

Task<size_t> count_whole(ScriptedServer& server, size_t messages) {
  size_t whole = 0;
  std::vector<char> buffer(4096);
  for (size_t seen = 0; seen < messages;) {
    Result<size_t> size = co_await server.stream->receive(buffer, Deadline::never());
    if (!size || *size == 0) break;
    std::string_view rest(buffer.data(), *size);
    while (!rest.empty()) {
      Result<size_t> used = server.reader.feed(rest);
      EXPECT_TRUE(used);
      rest.remove_prefix(*used);
      if (!server.reader.done()) continue;
      const std::string text = server.reader.take().payload;
      whole += text == std::string(50'000, text.front());
      ++seen;
    }
  }
  co_return whole;
}

TEST(WebSocketFrames, SeveralTasksMaySendWhileOneReceivesAndOneCloses) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  ScriptedServer server(*loop);
  Socket socket = *loop->run(connect_to(server, {}));
  io::Scope scope(*loop);
  scope.spawn(receive_to_the_end(*socket));
  for (const char letter : {'a', 'b', 'c'}) scope.spawn(keep_sending(*socket, letter));
  EXPECT_EQ(loop->run(count_whole(server, 60)), 60U);
  scope.spawn(close_it(*socket));
  EXPECT_EQ(loop->run(server.next())->code, 1000);
  ASSERT_TRUE(loop->run(server.stream->send(frame(Opcode::close, "\x03\xe8"), Deadline::never())));
  EXPECT_TRUE(loop->run(scope.join(Deadline::never())));
}

}  // namespace
}  // namespace peregrine::net
