#include "net/http_exchange.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "net/decoded_source.h"
#include "wire/http1.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using wire::Request;

// A text again and again.
class Repeated final : public ByteSource {
 public:
  Repeated(std::string text, size_t times, bool known)
      : text_(std::move(text)), times_(times), known_(known) {}
  Task<Result<std::string_view>> next(Deadline) override {
    if (asked == fails_after) co_return base::fail(Code::failed, "the disk is gone");
    if (asked == times_) co_return std::string_view();
    ++asked;
    co_return text_;
  }
  std::optional<uint64_t> size() const override {
    if (!known_) return std::nullopt;
    return text_.size() * times_ + lies_by;
  }
  size_t asked = 0;
  size_t fails_after = SIZE_MAX;
  uint64_t lies_by = 0;

 private:
  std::string text_;
  size_t times_;
  bool known_;
};

class HttpExchangeTest : public testing::Test {
 protected:
  HttpExchangeTest() : scope_(*loop_) { std::tie(near_, far_) = io::MemoryStream::pair(*loop_); }
  ~HttpExchangeTest() override {
    exchange_.reset();
    scope_.cancel({Code::cancelled, "end"});
    EXPECT_TRUE(loop_->run(scope_.join(loop_->in(1s))));
  }

  // The server reads this many requests, then answers; then reads to the end, or closes.
  void serve(std::string answer, bool reads_first = true, bool closes = false) {
    scope_.spawn(play(std::move(answer), reads_first, closes));
  }
  Task<void> play(std::string answer, bool reads_first, bool closes) {
    std::vector<char> buffer(65536);
    while (reads_first && !request_.done()) {
      Result<size_t> size = co_await far_->receive(buffer, Deadline::never());
      if (!size || *size == 0) co_return;
      EXPECT_TRUE(request_.feed({buffer.data(), *size}));
      received_ += *size;
    }
    if (!co_await far_->send(answer, Deadline::never())) co_return;
    if (closes) far_.reset();
  }
  static Task<Result<std::unique_ptr<HttpExchange>>> start(io::Loop& loop,
                                                           std::unique_ptr<io::Stream> stream,
                                                           Request request, ByteSource* body,
                                                           HttpExchangeLimits limits,
                                                           base::Duration within) {
    co_return co_await HttpExchange::begin(std::move(stream), std::move(request), body, limits,
                                           loop.in(within));
  }
  // The status, or the error.
  std::string begin(Request request, ByteSource* body = nullptr, HttpExchangeLimits limits = {},
                    base::Duration within = 5s) {
    auto begun =
        loop_->run(start(*loop_, std::move(near_), std::move(request), body, limits, within));
    if (!begun) return begun.error().to_string();
    exchange_ = *std::move(begun);
    return std::to_string(exchange_->head().status);
  }
  static Task<Result<std::string>> read(io::Loop& loop, ByteSource& source, size_t most) {
    co_return co_await read_all(source, most, loop.in(5s));
  }
  std::string body(ByteSource& source, size_t most = 1 << 20) {
    Result<std::string> all = loop_->run(read(*loop_, source, most));
    return all ? *all : all.error().to_string();
  }
  std::string body() { return body(*exchange_); }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  std::unique_ptr<io::Stream> near_;
  std::unique_ptr<io::Stream> far_;
  wire::http1::RequestParser request_;
  size_t received_ = 0;
  std::unique_ptr<HttpExchange> exchange_;
  io::Scope scope_;
};

TEST_F(HttpExchangeTest, GivesTheHeadThenTheBodyPieceByPiece) {
  serve(
      "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n");
  EXPECT_EQ(begin({"POST", "/x", {{"Host", "h"}}, "body"}), "200");
  EXPECT_EQ(exchange_->head().headers.get("A"), "b");
  EXPECT_EQ(exchange_->size(), std::nullopt);
  EXPECT_EQ(body(), "hi!");
  EXPECT_EQ(body(), "");
  EXPECT_EQ(request_.message().body, "body");
  EXPECT_NE(exchange_->take_reusable(), nullptr);
}

TEST_F(HttpExchangeTest, SendsABodyWithItsLengthOrInChunks) {
  for (const bool known : {true, false}) {
    std::tie(near_, far_) = io::MemoryStream::pair(*loop_);
    request_.reset();
    serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    Repeated upload("0123456789", 3, known);
    EXPECT_EQ(begin({"PUT", "/", {{"Host", "h"}}}, &upload), "200");
    EXPECT_EQ(exchange_->size(), 2U);
    EXPECT_EQ(body(), "ok");
    const Request seen = request_.take();
    EXPECT_EQ(seen.body, "012345678901234567890123456789");
    EXPECT_EQ(seen.headers.get("Content-Length"), known ? "30" : "");
    EXPECT_NE(exchange_->take_reusable(), nullptr);
  }
}

TEST_F(HttpExchangeTest, UnderstandsAServerThatAnswersBeforeItHasReadTheRequest) {
  serve("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", false);
  Repeated upload(std::string(65536, 'x'), 1'000'000, true);
  EXPECT_EQ(begin({"PUT", "/", {{"Host", "h"}}}, &upload), "413");
  EXPECT_EQ(body(), "no");
  EXPECT_LT(upload.asked, 10U);
  EXPECT_EQ(exchange_->take_reusable(), nullptr);
}

TEST_F(HttpExchangeTest, AnUploadOfAnySizeTakesLittleMemory) {
  serve("HTTP/1.1 204 No Content\r\n\r\n");
  Repeated upload(std::string(65536, 'x'), 500, false);
  EXPECT_EQ(begin({"PUT", "/", {{"Host", "h"}}}, &upload), "204");
  EXPECT_GT(received_, 500U * 65536);
}

TEST_F(HttpExchangeTest, ABodySourceThatFailsOrLiesIsTold) {
  const auto end = [&](size_t fails_after, uint64_t lies_by) {
    std::tie(near_, far_) = io::MemoryStream::pair(*loop_);
    request_.reset();
    serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    Repeated upload("0123456789", 3, true);
    upload.fails_after = fails_after;
    upload.lies_by = lies_by;
    return begin({"PUT", "/", {{"Host", "h"}}}, &upload);
  };
  EXPECT_EQ(end(2, 0), "the disk is gone");
  EXPECT_EQ(end(SIZE_MAX, 1), "the body is shorter than it said");
  EXPECT_EQ(end(SIZE_MAX, static_cast<uint64_t>(-1)), "the body is longer than it said");
}

Task<Result<std::string>> next_within(io::Loop& loop, ByteSource& source, base::Duration span) {
  CO_TRY(const std::string_view piece, co_await source.next(loop.in(span)));
  co_return std::string(piece);
}

Task<Result<>> send(io::Stream& stream, std::string bytes) {
  co_return co_await stream.send(bytes, Deadline::never());
}

TEST_F(HttpExchangeTest, ADeadlineOfOnePieceIsNotTheEnd) {
  serve("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}), "200");
  EXPECT_EQ(*loop_->run(next_within(*loop_, *exchange_, 1s)), "ab");
  EXPECT_EQ(loop_->run(next_within(*loop_, *exchange_, 2ms)).error().code, Code::timeout);
  ASSERT_TRUE(loop_->run(send(*far_, "cd")));
  EXPECT_EQ(*loop_->run(next_within(*loop_, *exchange_, 1s)), "cd");
  EXPECT_EQ(*loop_->run(next_within(*loop_, *exchange_, 1s)), "");
}

TEST_F(HttpExchangeTest, AnAnswerThatIsCutOffOrTooLongIsAnError) {
  serve("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab", true, true);
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}), "200");
  EXPECT_EQ(body(), "the connection was closed with 2 bytes of the body missing");
  std::tie(near_, far_) = io::MemoryStream::pair(*loop_);
  request_.reset();
  serve("HTTP/1.1 200 OK\r\n\r\nabcd", true, true);
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}, nullptr, {.body = 3}), "200");
  EXPECT_EQ(body(), "the answer has more than 3 bytes");
}

TEST_F(HttpExchangeTest, AnAnswerLargerThanTheLimitOfWholeBodiesMayPass) {
  serve("HTTP/1.1 200 OK\r\n\r\n" + std::string(300'000, 'x'), true, true);
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}, nullptr, {.message = {.body = 10}}), "200");
  EXPECT_EQ(body().size(), 300'000U);
}

TEST_F(HttpExchangeTest, WhatComesBehindAnUpgradeIsKept) {
  serve("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nhello");
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}, {"Upgrade", "x"}, {"Connection", "upgrade"}}}),
            "101");
  HttpExchange::Upgraded upgraded = exchange_->take_upgraded();
  EXPECT_EQ(upgraded.received, "hello");
  EXPECT_NE(upgraded.stream, nullptr);
}

TEST_F(HttpExchangeTest, BytesNobodyAskedForEndTheConnection) {
  serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}), "200");
  EXPECT_EQ(body(), "ok");
  EXPECT_EQ(exchange_->take_reusable(), nullptr);
}

TEST_F(HttpExchangeTest, ABodyIsDecodedOnItsWay) {
  serve("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" +
            std::string(
                "\x1f\x8b\x08\0\0\0\0\0\0\x03\xcbH\xcd\xc9\xc9\xd7Q\xc8@\xa2\0\x9f\xa1\xca\x09"
                "\x13\0\0\0",
                29),
        true, true);
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}), "200");
  DecodedSource decoded(*exchange_, std::array{wire::Coding::gzip});
  EXPECT_EQ(body(decoded), "hello, hello, hello");
  EXPECT_EQ(body(decoded), "");
}

TEST_F(HttpExchangeTest, SaysThatNobodyAnswered) {
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}, nullptr, {}, 2ms), "the time for it is over");
  std::tie(near_, far_) = io::MemoryStream::pair(*loop_);
  request_.reset();
  serve("", true, true);
  EXPECT_EQ(begin({"GET", "/", {{"Host", "h"}}}), "the connection was closed without a response");
}

TEST(ByteSource, ReadAllHasABound) {
  std::unique_ptr<io::Loop> loop = *io::Loop::create();
  TextSource text(std::string(100'000, 'x'));
  EXPECT_EQ(loop->run(read_all(text, 99'999, Deadline::never())).error().code, Code::limit);
  TextSource again(std::string(100'000, 'x'));
  EXPECT_EQ(loop->run(read_all(again, 100'000, Deadline::never()))->size(), 100'000U);
}

}  // namespace
}  // namespace peregrine::net
