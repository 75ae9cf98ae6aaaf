// The server over HTTP/2, over a stream in memory, on a simulated loop: waits of minutes take no
// time.
#include "net/http2_server.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "net/http_server.h"
#include "wire/http2_raw.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::MemoryStream;
using io::Task;
using wire::Request;
using wire::Response;
using wire::http2::Call;
using wire::http2::ClientSession;
namespace raw = wire::http2::raw;

constexpr uint32_t kRefusedStream = 7;
constexpr uint32_t kEnhanceYourCalm = 11;

struct TestCall final : Call {
  TestCall(std::string method, std::string target, std::string body = "")
      : request{std::move(method), std::move(target), {}, std::move(body)} {}
  void ended() override {}
  std::string seen() const {
    if (outcome() == Outcome::none) return "nothing";
    if (outcome() != Outcome::answered) return error().text;
    return fmt::format("{} {}", response.status, response.body);
  }
  Request request;
  Response response;
};

class Http2ServerTest : public testing::Test {
 protected:
  void serve(HttpServerLimits limits = {}) {
    Router router;
    router.add("POST", "/echo", [](const HttpRequest& request) { return echo(request); });
    router.add("GET", "/late/{ms}",
               [this](const HttpRequest& r) { return late(*loop_, r, done_); });
    router.add("GET", "/broken", [](const HttpRequest&) { return broken(); });
    router.add("GET", "/close", [](const HttpRequest&) { return close(); });
    router.add("GET", "/large", [](const HttpRequest&) { return large(); });
    router.add_conversation("GET", "/long", [](HttpConversation&) { return nothing(); });
    server_ = std::make_unique<HttpServer>(*loop_, std::move(router), limits);
    connect();
  }
  void connect() {
    auto [near, far] = MemoryStream::pair(*loop_);
    server_->serve(std::move(far));
    stream_ = std::move(near);
    ended_ = false;
  }
  void TearDown() override {
    stream_.reset();
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  static Task<Response> echo(const HttpRequest& request) {
    co_return plain_response(200, request.message.body);
  }
  static Task<Response> late(Loop& loop, const HttpRequest& request, int& done) {
    Result<> slept = co_await loop.sleep(std::stoi(request.parameter("ms")) * 1ms);
    ++done;
    co_return Response{200, "", {}, slept ? request.path : slept.error().text};
  }
  static Task<Response> broken() { co_return Response{200, "", {{"A", "b\r\nEvil: 1"}}, ""}; }
  static Task<Response> close() { co_return Response{200, "", {{"Connection", "close"}}, ""}; }
  static Task<Response> large() { co_return Response{200, "", {}, std::string(1'000'000, 'x')}; }
  static Task<void> nothing() { co_return; }

  // Speaks for so long, and sees whether the server ends the connection.
  Task<void> speak(ClientSession& client, Deadline deadline) {
    std::vector<char> buffer(10'000);
    for (;;) {
      std::string out;
      client.take_output(out);
      if (!out.empty() && !co_await stream_->send(out, deadline)) co_return;
      Result<size_t> size = co_await stream_->receive(buffer, deadline);
      if (!size && size.error().code == Code::timeout) co_return;
      if (!size || *size == 0 || !client.feed({buffer.data(), *size})) break;
    }
    ended_ = true;
  }
  void speak(ClientSession& client, base::Duration span) {
    loop_->run(speak(client, loop_->in(span)));
  }
  void send(ClientSession& client, TestCall& call) {
    ASSERT_TRUE(client.send(call, call.request, "http", "a", call.response));
  }
  std::string seen(std::string method, std::string target, std::string body = "") {
    TestCall call(std::move(method), std::move(target), std::move(body));
    ClientSession client;
    send(client, call);
    speak(client, 1s);
    return call.seen();
  }

  // What comes for these bytes within this time.
  Task<void> say(std::string bytes, Deadline deadline, std::string& said) {
    (void)co_await stream_->send(bytes, deadline);
    std::vector<char> buffer(10'000);
    for (;;) {
      Result<size_t> size = co_await stream_->receive(buffer, deadline);
      ended_ = size && *size == 0;
      if (!size || ended_) co_return;
      said.append(buffer.data(), *size);
    }
  }
  std::string said(std::string bytes, base::Duration span) {
    std::string text;
    loop_->run(say(std::move(bytes), loop_->in(span), text));
    return text;
  }

  std::unique_ptr<Loop> loop_ = Loop::simulated(1);
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<io::Stream> stream_;
  bool ended_ = false;
  int done_ = 0;
};

TEST_F(Http2ServerTest, StreamsAreAnsweredSideBySide) {
  serve();
  ClientSession client;
  TestCall slow("GET", "/late/500");
  TestCall quick("GET", "/late/5");
  send(client, slow);
  send(client, quick);
  speak(client, 100ms);
  EXPECT_EQ(slow.seen(), "nothing");
  EXPECT_EQ(quick.seen(), "200 /late/5");
  speak(client, 1s);
  EXPECT_EQ(slow.seen(), "200 /late/500");
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2ServerTest, TheBeginningMayComeInPieces) {
  serve();
  const std::string bytes = raw::client_begins() + raw::get(1, "/late/1");
  for (const size_t first : {1, 5, 23, 24, 30}) {
    (void)said(bytes.substr(0, first), 10ms);
    EXPECT_NE(said(bytes.substr(first), 100ms).find("/late/1"), std::string::npos) << first;
    connect();
  }
  EXPECT_EQ(said("P", 10ms), "");
  EXPECT_EQ(said("OST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 10ms).substr(0, 15),
            "HTTP/1.1 200 OK");
}

TEST_F(Http2ServerTest, RefusesAsOverHttp1) {
  serve({.message = {.body = 10}});
  const auto answer = [&](std::string method, std::string target, std::string body = "") {
    connect();
    return seen(std::move(method), std::move(target), std::move(body));
  };
  EXPECT_EQ(answer("GET", "/none"), "404 nothing is at /none\n");
  EXPECT_EQ(answer("GET", "/echo"), "405 /echo takes POST, not GET\n");
  EXPECT_EQ(answer("GET", "/%zz").substr(0, 4), "400 ");
  EXPECT_EQ(answer("POST", "/echo", "eleven byte"), "413 the body is larger than 10 bytes\n");
  EXPECT_EQ(answer("HEAD", "/late/1"), "200 ");
  EXPECT_EQ(answer("GET", "/broken").substr(0, 32), "500 the response cannot be sent:");
  EXPECT_EQ(answer("GET", "/long"), "the server has reset the stream: HTTP_1_1_REQUIRED");
}

TEST_F(Http2ServerTest, AHandlerGoesOnWithoutItsClient) {
  serve();
  ClientSession client;
  {
    TestCall call("GET", "/late/500");
    send(client, call);
    speak(client, 10ms);
  }
  speak(client, 10ms);
  connect();
  (void)said("", 10ms);
  EXPECT_EQ(server_->connections(), 2U);
  (void)said("", 1s);
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(server_->connections(), 1U);
}

TEST_F(Http2ServerTest, TakesSoManyStreamsAtOnce) {
  serve({.http2_streams = 2});
  std::string bytes = raw::client_begins() + raw::frame(raw::kSettings, raw::kAck, 0, "");
  (void)said(bytes + raw::get(1, "/late/500") + raw::get(3, "/late/500"), 100ms);
  bytes = raw::reset(1, 8) + raw::reset(3, 8) + raw::get(5, "/late/500");
  EXPECT_NE(said(bytes, 100ms).find(raw::reset(5, kRefusedStream)), std::string::npos);
  (void)said("", 1s);
  EXPECT_EQ(done_, 2);
}

TEST_F(Http2ServerTest, ARequestHasATimeToComeWhole) {
  serve({.request = 100ms});
  const std::string head = raw::headers(
      1, 0, {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/echo"}});
  EXPECT_EQ(said(raw::client_begins() + head, 99ms).find("in time"), std::string::npos);
  EXPECT_NE(said(raw::data(1, 0, "a"), 10ms).find("the request was not complete in time"),
            std::string::npos);
  EXPECT_NE(said(raw::get(3, "/late/1"), 10ms).find("/late/1"), std::string::npos);
}

TEST_F(Http2ServerTest, AnIdleConnectionIsEnded) {
  serve({.idle = 10s});
  ClientSession client;
  TestCall call("GET", "/late/5000");
  send(client, call);
  speak(client, 14s);
  EXPECT_FALSE(ended_);
  speak(client, 2s);
  EXPECT_TRUE(ended_);
  EXPECT_EQ(client.room(), 0U);
  stream_.reset();
  (void)loop_->run(loop_->sleep(2s));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2ServerTest, AClientThatDoesNotTakeItsAnswersLosesTheConnection) {
  serve({.answer = 10s});
  const std::string small =
      raw::frame(raw::kSettings, 0, 0, std::string("\0\4", 2) + raw::number(9));
  (void)said(raw::client_begins() + small + raw::get(1, "/large"), 9s);
  EXPECT_FALSE(ended_);
  (void)said("", 20s);
  EXPECT_TRUE(ended_);
}

TEST_F(Http2ServerTest, CloseInAnAnswerIsTheLastOfTheConnection) {
  serve();
  ClientSession client;
  TestCall call("GET", "/close");
  send(client, call);
  speak(client, 2s);
  EXPECT_EQ(call.seen(), "200 ");
  EXPECT_TRUE(ended_);
  (void)loop_->run(loop_->sleep(2s));  // for the client's end, of which there is none
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2ServerTest, AFloodEndsTheConnection) {
  serve();
  std::string bytes = raw::client_begins();
  for (int i = 0; i < 1001; ++i) bytes += raw::frame(raw::kPing, 0, 0, "12345678");
  const std::string text = said(bytes, 5s);
  EXPECT_TRUE(text.ends_with(raw::goaway(0, kEnhanceYourCalm)));
  EXPECT_TRUE(ended_);
  (void)loop_->run(loop_->sleep(2s));
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2ServerTest, AServerThatStopsAnswersWhatHasCome) {
  serve();
  ClientSession client;
  TestCall call("GET", "/late/500");
  send(client, call);
  speak(client, 10ms);
  {
    io::Scope scope(*loop_);
    scope.spawn(speak(client, loop_->in(10s)));
    const Result<> stopped = loop_->run(server_->stop(loop_->in(5s)));
    EXPECT_TRUE(stopped) << stopped.error().to_string();
    (void)loop_->run(scope.join(Deadline::never()));
  }
  EXPECT_EQ(call.seen(), "200 /late/500");
  EXPECT_EQ(server_->connections(), 0U);
}

TEST_F(Http2ServerTest, WhatDoesNotEndInTimeIsCancelled) {
  serve();
  ClientSession client;
  TestCall call("GET", "/late/9000");
  send(client, call);
  speak(client, 10ms);
  const Result<> stopped = loop_->run(server_->stop(loop_->in(1s)));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Code::timeout);
  EXPECT_EQ(done_, 1);
  EXPECT_EQ(server_->connections(), 0U);
}

}  // namespace
}  // namespace peregrine::net
