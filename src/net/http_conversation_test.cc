#include "net/http_conversation.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Response;

// ---- handlers

Task<void> count(HttpConversation& c) {
  size_t bytes = 0;
  for (;;) {
    Result<std::string_view> piece = co_await c.next(c.request().deadline);
    if (!piece) co_return;
    if (piece->empty()) break;
    bytes += piece->size();
  }
  (void)co_await c.respond({.body = std::to_string(bytes)}, c.request().deadline);
}

Task<void> pieces(std::optional<uint64_t> size, int times, HttpConversation& c) {
  const Deadline deadline = c.request().deadline;
  if (!co_await c.begin({.headers = {{"A", "b"}}}, size, deadline)) co_return;
  for (int i = 0; i < times; ++i) {
    if (!co_await c.write("ten bytes.", deadline)) co_return;
  }
  if (Result<> ended = co_await c.end(deadline); !ended) EXPECT_FALSE(ended.error().text.empty());
}

Task<void> nothing(HttpConversation&) { co_return; }

Task<void> deny(HttpConversation& c) {
  (void)co_await c.respond({.status = 403, .body = "no"}, c.request().deadline);
}

Task<void> empty(HttpConversation& c) {
  (void)co_await c.respond({.status = 204}, c.request().deadline);
}

Task<void> shout(HttpConversation& c) {
  const Deadline deadline = c.request().deadline;
  auto upgraded = co_await c.upgrade({.status = 101, .headers = {{"Upgrade", "x"}}}, deadline);
  if (!upgraded) co_return;
  (void)co_await upgraded->stream.send("GOT " + upgraded->received, deadline);
}

// Until the server stops.
Task<void> for_ever(HttpConversation& c) {
  c.may_be_cut();
  auto upgraded = co_await c.upgrade({.status = 101}, c.request().deadline);
  std::vector<char> buffer(10);
  Result<size_t> end = co_await upgraded->stream.receive(buffer, Deadline::never());
  EXPECT_TRUE(!end || *end == 0);
}

class HttpConversationTest : public testing::Test {
 protected:
  HttpConversationTest() {
    Router router;
    router.add_conversation("POST", "/count", count);
    for (const char* method : {"GET", "POST"}) {
      router.add_conversation(method, "/pieces",
                              [](HttpConversation& c) { return pieces({}, 2, c); });
    }
    router.add_conversation("GET", "/sized", [](HttpConversation& c) { return pieces(20, 2, c); });
    router.add_conversation("GET", "/long", [](HttpConversation& c) { return pieces(15, 2, c); });
    router.add_conversation("GET", "/short", [](HttpConversation& c) { return pieces(25, 2, c); });
    router.add_conversation("GET", "/nothing", nothing);
    router.add_conversation("POST", "/deny", deny);
    router.add_conversation("GET", "/empty", empty);
    router.add_conversation("GET", "/shout", shout);
    router.add_conversation("GET", "/for-ever", for_ever);
    server_ = std::make_unique<HttpServer>(*loop_, std::move(router),
                                           HttpServerLimits{.message = {.body = 10}});
  }
  ~HttpConversationTest() override {
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  static Task<Result<std::string>> talk(io::Loop& loop, HttpServer& server, std::string bytes,
                                        std::string until) {
    auto [near, far] = io::MemoryStream::pair(loop);
    server.serve(std::move(far));
    CO_TRY_OK(co_await near->send(bytes, loop.in(5s)));
    std::string text;
    std::vector<char> buffer(4096);
    while (until.empty() || !text.ends_with(until)) {
      Result<size_t> size = co_await near->receive(buffer, loop.in(5s));
      if (!size) co_return text + "CUT";
      if (*size == 0) break;
      text.append(buffer.data(), *size);
    }
    co_return text;
  }
  // What the server says until it closes, or until that.
  std::string answers(std::string bytes, std::string until = "") {
    Result<std::string> text =
        loop_->run(talk(*loop_, *server_, std::move(bytes), std::move(until)));
    return text ? *text : text.error().to_string();
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  std::unique_ptr<HttpServer> server_;
};

const std::string kClose = "Host: x\r\nConnection: close\r\n";

TEST_F(HttpConversationTest, TakesABodyPieceByPieceBeyondTheLimitOfWholeOnes) {
  std::string chunks;
  for (int i = 0; i < 40; ++i) wire::http1::append_chunk(chunks, std::string(1000, 'x'));
  wire::http1::append_last_chunk(chunks);
  EXPECT_EQ(
      answers("POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks +
              "POST /count HTTP/1.1\r\n" + kClose + "Content-Length: 11\r\n\r\n01234567890"),
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n40000"
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n11");
}

TEST_F(HttpConversationTest, AnswersInChunksAndKeepsTheConnection) {
  const std::string body = "a\r\nten bytes.\r\na\r\nten bytes.\r\n0\r\n\r\n";
  EXPECT_EQ(
      answers("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\nGET /pieces HTTP/1.1\r\n" + kClose + "\r\n"),
      "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\n\r\n" + body +
          "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n" +
          body);
}

TEST_F(HttpConversationTest, AnswersWithALength) {
  EXPECT_EQ(answers("GET /sized HTTP/1.1\r\n" + kClose + "\r\n"),
            "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\nContent-Length: 20\r\n\r\n"
            "ten bytes.ten bytes.");
  EXPECT_EQ(answers("HEAD /sized HTTP/1.1\r\n" + kClose + "\r\n"),
            "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\nContent-Length: 20\r\n\r\n");
  EXPECT_EQ(answers("GET /empty HTTP/1.1\r\n" + kClose + "\r\n"),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST_F(HttpConversationTest, AnAnswerOfAnotherLengthIsCut) {
  const std::string head = "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: ";
  EXPECT_EQ(answers("GET /long HTTP/1.1\r\nHost: x\r\n\r\n"), head + "15\r\n\r\nten bytes.");
  EXPECT_EQ(answers("GET /short HTTP/1.1\r\nHost: x\r\n\r\n"),
            head + "25\r\n\r\nten bytes.ten bytes.");
}

TEST_F(HttpConversationTest, TheEndOfTheConnectionIsTheEndForOldClients) {
  EXPECT_EQ(answers("GET /pieces HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nA: b\r\nConnection: close\r\n\r\nten bytes.ten bytes.");
}

TEST_F(HttpConversationTest, AHandlerWithoutAnAnswerIsAnError) {
  EXPECT_NE(
      answers("GET /nothing HTTP/1.1\r\n" + kClose + "\r\n").find("500 Internal Server Error"),
      std::string::npos);
}

TEST_F(HttpConversationTest, InvitesTheBodyOnceWhenItIsAskedFor) {
  EXPECT_EQ(answers("POST /count HTTP/1.1\r\n" + kClose +
                        "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
                    "\r\n\r\n"),
            "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(answers("POST /count HTTP/1.1\r\n" + kClose +
                    "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"),
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n5");
}

TEST_F(HttpConversationTest, AnAnswerBeforeTheBodyArrivesAndEndsTheConnection) {
  EXPECT_EQ(answers("POST /deny HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n" +
                    std::string(300'000, 'x')),
            "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
}

TEST_F(HttpConversationTest, ABrokenBodyIsRefused) {
  EXPECT_EQ(answers("POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
                .substr(0, 24),
            "HTTP/1.1 400 Bad Request");
}

TEST_F(HttpConversationTest, AConnectionBecomesAnotherProtocol) {
  EXPECT_EQ(answers("GET /shout HTTP/1.1\r\nHost: x\r\n\r\nhello"),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nGOT hello");
}

Task<Result<>> stop(io::Loop& loop, HttpServer& server) {
  co_return co_await server.stop(loop.in(5s));
}

TEST_F(HttpConversationTest, WhatMayBeCutDoesNotKeepTheServerFromStopping) {
  EXPECT_EQ(answers("GET /for-ever HTTP/1.1\r\nHost: x\r\n\r\n", "\r\n\r\n"),
            "HTTP/1.1 101 Switching Protocols\r\n\r\n");
  auto [near, far] = io::MemoryStream::pair(*loop_);
  server_->serve(std::move(far));
  ASSERT_TRUE(
      loop_->run(near->send("GET /for-ever HTTP/1.1\r\nHost: x\r\n\r\n", Deadline::never())));
  std::vector<char> buffer(100);
  ASSERT_TRUE(loop_->run(near->receive(buffer, Deadline::never())));
  EXPECT_TRUE(loop_->run(stop(*loop_, *server_)));
  EXPECT_EQ(server_->connections(), 0U);
}

}  // namespace
}  // namespace peregrine::net
