// What both ends make of frames that no proper peer sends, or sends too many of.
#include <gtest/gtest.h>

#include "wire/http2.h"
#include "wire/http2_raw.h"

namespace peregrine::wire::http2 {
namespace {

using base::Code;
using base::Result;

struct TestCall final : Call {
  void ended() override { ++ends; }
  int ends = 0;
};

std::string repeated(const std::string& bytes, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += bytes;
  return all;
}

std::string told(const Result<>& result) {
  if (result) return "";
  return fmt::format("{}: {}", to_string(result.error().code), result.error().text);
}

// What a server says to these bytes of a client.
std::string server_says(const std::string& bytes, Limits limits = {}) {
  ServerSession server(limits);
  const Result<> first = server.feed(raw::client_begins() + bytes);
  if (!first) EXPECT_EQ(told(server.feed("x")), told(first));
  return told(first);
}

// Whether its output holds RST_STREAM with this code for stream 1.
bool resets(Session& session, uint32_t code) {
  std::string out;
  session.take_output(out);
  return out.find(raw::reset(1, code)) != std::string::npos;
}

// ---- Connections that cannot go on

TEST(Http2LimitsTest, WhatIsNoHttp2EndsTheConnection) {
  ServerSession server;
  EXPECT_EQ(
      told(server.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n")),
      "protocol: the other side does not speak HTTP/2: Received bad client magic byte string");
  ClientSession client;
  EXPECT_EQ(told(client.feed("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")).substr(0, 9),
            "protocol:");
}

TEST(Http2LimitsTest, MistakesOfTheConnectionEndIt) {
  const std::string breaks = "protocol: the other side breaks HTTP/2: ";
  EXPECT_EQ(server_says(raw::headers(0, 0, {})).substr(0, breaks.size()), breaks);
  EXPECT_EQ(server_says(raw::data(1, 0, "x")).substr(0, breaks.size()), breaks);
  EXPECT_EQ(server_says(raw::frame(raw::kData, 0, 1, std::string(16'385, 'x'))),
            breaks + "FRAME_SIZE_ERROR, too large frame size");
  EXPECT_EQ(server_says(raw::frame(raw::kPing, 0, 0, "short")).substr(0, breaks.size()), breaks);
  // An index that no table has.
  EXPECT_EQ(server_says(raw::frame(raw::kHeaders, raw::kEndHeaders, 1, "\xff\xff\x03")),
            breaks + "COMPRESSION_ERROR");
}

TEST(Http2LimitsTest, TheServerIsNotAllowedToPush) {
  const std::string push = raw::frame(
      raw::kPushPromise, raw::kEndHeaders, 1,
      raw::number(2) +
          raw::fields(
              {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/b"}}));
  const Request request{"GET", "/"};
  Response response;
  // Before it knows, the server's promise is refused, and then a mistake.
  for (const bool knows : {false, true}) {
    ClientSession client;
    TestCall call;
    ASSERT_TRUE(client.send(call, request, "http", "a", response));
    std::string out;
    client.take_output(out);
    std::string bytes = raw::server_begins();
    if (knows) bytes += raw::frame(raw::kSettings, raw::kAck, 0, "");
    const Result<> taken = client.feed(bytes + push);
    out.clear();
    client.take_output(out);
    EXPECT_EQ(out.find(raw::reset(2, 8)) != std::string::npos, !knows);
    EXPECT_EQ(told(taken), knows ? "protocol: the other side breaks HTTP/2: PROTOCOL_ERROR, "
                                   "PUSH_PROMISE: push disabled"
                                 : "");
    EXPECT_EQ(call.outcome(), knows ? Call::Outcome::lost : Call::Outcome::none);
  }
}

TEST(Http2LimitsTest, FramesThatAskForNothingAreBounded) {
  const std::string flood = "limit: the other side sends frames that ask for nothing, too many";
  const Limits limits{.control_frames = 50};
  const std::string settings = raw::frame(raw::kSettings, 0, 0, "");
  const std::string ping = raw::frame(raw::kPing, 0, 0, "12345678");
  const std::string priority = raw::frame(raw::kPriority, 0, 3, raw::number(0) + "x");
  for (const std::string& frame : {settings, ping, priority}) {
    EXPECT_EQ(server_says(repeated(frame, 49), limits), "");
    EXPECT_EQ(server_says(repeated(frame, 50), limits), flood);  // with the first SETTINGS
  }
  // What nobody knows is passed over.
  EXPECT_EQ(server_says(repeated(raw::frame(raw::kUnknown, 0, 0, "what"), 100), limits), "");
  // Empty pieces of a body.
  const std::string post = raw::headers(
      1, 0, {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}});
  EXPECT_EQ(server_says(post + repeated(raw::data(1, 0, ""), 49), limits), "");
  EXPECT_EQ(server_says(post + repeated(raw::data(1, 0, ""), 50), limits), flood);
  // Requests that are given up at once.
  std::string rapid;
  for (uint32_t i = 0; i < 50; ++i) rapid += raw::get(2 * i + 1) + raw::reset(2 * i + 1, 8);
  EXPECT_EQ(server_says(rapid, limits), flood);
}

TEST(Http2LimitsTest, AnsweredStreamsForgiveControlFrames) {
  ServerSession server({.control_frames = 10});
  ASSERT_TRUE(server.feed(raw::client_begins()));
  std::string out;
  for (uint32_t i = 0; i < 100; ++i) {
    const Result<> taken =
        server.feed(raw::frame(raw::kPing, 0, 0, "12345678") + raw::get(2 * i + 1));
    ASSERT_TRUE(taken) << i << ": " << taken.error().to_string();
    ASSERT_TRUE(server.answer(*server.next_request(), {}));
    out.clear();
    server.take_output(out);
  }
}

TEST(Http2LimitsTest, HeadersInTooManyPiecesEndTheConnection) {
  std::string bytes = raw::frame(raw::kHeaders, 0, 1, "");
  bytes += repeated(raw::frame(raw::kContinuation, 0, 1, ""), 100);
  EXPECT_NE(server_says(bytes), "");
}

// ---- Requests that are malformed or too large

TEST(Http2LimitsTest, MalformedRequestsAreReset) {
  const auto is_reset = [](raw::Fields list) {
    ServerSession server;
    EXPECT_TRUE(server.feed(raw::client_begins() + raw::headers(1, raw::kEndStream, list)));
    const bool reset = resets(server, 1);
    EXPECT_EQ(server.next_request() == nullptr, reset);
    EXPECT_EQ(server.open(), reset ? 0U : 1U);
    return reset;
  };
  EXPECT_TRUE(is_reset({{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}}));
  EXPECT_TRUE(is_reset({{":method", "GET"}, {":scheme", "ftp"}, {":path", "http://a/"}}));
  EXPECT_TRUE(is_reset({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"A", "b"}}));
  EXPECT_TRUE(is_reset({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"a", "b\nc"}}));
  EXPECT_TRUE(
      is_reset({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"connection", "close"}}));
  EXPECT_TRUE(is_reset({{":method", "GET"},
                        {":scheme", "http"},
                        {":authority", "a"},
                        {":path", "/"},
                        {"host", "b"}}));
  EXPECT_TRUE(
      is_reset({{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"content-length", "3"}}));
  EXPECT_FALSE(is_reset({{":method", "GET"},
                         {":scheme", "http"},
                         {":authority", "a"},
                         {":path", "/"},
                         {"host", "A"}}));
}

TEST(Http2LimitsTest, RequestsWithTooManyHeadersAreRefused) {
  const auto status = [](Limits limits, raw::Fields trailers = {}) {
    ServerSession server(limits);
    std::string bytes = raw::client_begins();
    bytes += raw::headers(1, 0,
                          {{":method", "POST"},
                           {":scheme", "http"},
                           {":authority", "a"},
                           {":path", "/"},
                           {"x-one", "1"}});
    if (trailers.size() > 0) bytes += raw::headers(1, raw::kEndStream, trailers);
    EXPECT_TRUE(server.feed(bytes));
    const Incoming* one = server.next_request();
    return one ? one->status : -1;
  };
  EXPECT_EQ(status({.header_count = 5}), -1);
  EXPECT_EQ(status({.header_count = 4}), 431);
  EXPECT_EQ(status({.header_bytes = 205}), -1);
  EXPECT_EQ(status({.header_bytes = 204}), 431);
  EXPECT_EQ(status({.header_count = 5}, {{"a", "b"}}), 0);
  EXPECT_EQ(status({.header_count = 5},
                   {{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", "h"}, {"i", "j"}, {"k", "l"}}),
            431);
}

TEST(Http2LimitsTest, BodiesThatAreTooLargeAreRefused) {
  const auto head = [](uint32_t id, std::string_view length) {
    return raw::headers(id, 0,
                        {{":method", "POST"},
                         {":scheme", "http"},
                         {":authority", "a"},
                         {":path", "/"},
                         {"content-length", length}});
  };
  ServerSession server({.body = 10, .bodies = 15});
  // One that says so is refused before it comes.
  ASSERT_TRUE(server.feed(raw::client_begins() + head(1, "11")));
  Incoming* one = server.next_request();
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->status, 413);
  EXPECT_TRUE(server.answer(*one, {413}));
  ASSERT_TRUE(server.feed(raw::data(1, raw::kEndStream, "eleven byte")));
  // The first of these is within both limits, the second beyond what all may have together.
  ASSERT_TRUE(server.feed(head(3, "10") + head(5, "10") + raw::data(3, 0, "123456789") +
                          raw::data(5, 0, "1234567")));
  one = server.next_request();
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->status, 413);
  EXPECT_EQ(server.next_request(), nullptr);
  ASSERT_TRUE(server.feed(raw::data(3, raw::kEndStream, "0")));
  one = server.next_request();
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->request.body, "1234567890");
}

TEST(Http2LimitsTest, WhatComesBehindARefusalIsBounded) {
  ServerSession server({.body = 10});
  const std::string head = raw::headers(1, 0,
                                        {{":method", "POST"},
                                         {":scheme", "http"},
                                         {":authority", "a"},
                                         {":path", "/"},
                                         {"content-length", "99999999"}});
  ASSERT_TRUE(server.feed(raw::client_begins() + head));
  ASSERT_TRUE(server.answer(*server.next_request(), {413}));
  const std::string piece = raw::data(1, 0, std::string(16'384, 'x'));
  for (int mebibytes = 0; mebibytes < 16; ++mebibytes) {
    for (int i = 0; i < 64; ++i) {
      ASSERT_TRUE(server.feed(piece));
      ASSERT_FALSE(resets(server, 0));
    }
  }
  ASSERT_TRUE(server.feed(piece));
  EXPECT_TRUE(resets(server, 0));
  EXPECT_EQ(server.open(), 0U);
}

TEST(Http2LimitsTest, RequestsOnWhichSomebodyStillWorksCountAsStreams) {
  ServerSession server({.streams = 2});
  std::string out;
  server.take_output(out);
  ASSERT_TRUE(server.feed(raw::client_begins() + raw::frame(raw::kSettings, raw::kAck, 0, "")));
  for (const uint32_t id : {3, 5}) {
    ASSERT_TRUE(server.feed(raw::get(id)));
    ASSERT_NE(server.next_request(), nullptr);
    ASSERT_TRUE(server.feed(raw::reset(id, 8)));
  }
  ASSERT_TRUE(server.feed(raw::get(7)));
  EXPECT_EQ(server.next_request(), nullptr);
  out.clear();
  server.take_output(out);
  EXPECT_NE(out.find(raw::reset(7, 7)), std::string::npos);  // REFUSED_STREAM
}

TEST(Http2LimitsTest, ARequestThatDoesNotComeWholeIsGivenUp) {
  ServerSession server;
  ASSERT_TRUE(server.feed(raw::client_begins()));
  EXPECT_EQ(server.oldest_incomplete(), 0);
  ASSERT_TRUE(server.feed(raw::headers(
      1, 0, {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}})));
  EXPECT_EQ(server.oldest_incomplete(), 1);
  server.give_up_oldest();
  EXPECT_EQ(server.oldest_incomplete(), 0);
  Incoming* one = server.next_request();
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(one->status, 408);
  EXPECT_EQ(one->refused->code, Code::timeout);
}

// ---- Answers

// A request whose answer is these bytes.
class Http2AnswerTest : public testing::Test {
 protected:
  void get(const std::string& answer, Limits limits = {}) {
    client_.emplace(limits);
    call_.emplace();
    ASSERT_TRUE(client_->send(*call_, request_, "http", "a", response_));
    std::string out;
    client_->take_output(out);
    taken_ = client_->feed(raw::server_begins() + answer);
  }
  std::string failed(const std::string& answer, Limits limits = {}) {
    get(answer, limits);
    EXPECT_TRUE(taken_) << told(taken_);
    if (call_->outcome() == Call::Outcome::none || call_->outcome() == Call::Outcome::answered) {
      return "";
    }
    EXPECT_EQ(call_->ends, 1);
    EXPECT_EQ(client_->open(), 0U);
    return fmt::format("{}: {}", to_string(call_->error().code), call_->error().text);
  }

  const Request request_{"GET", "/"};
  Response response_;
  std::optional<ClientSession> client_;
  std::optional<TestCall> call_;
  Result<> taken_;
};

TEST_F(Http2AnswerTest, InterimAnswersAndTrailersArePassedOver) {
  get(raw::headers(1, 0, {{":status", "103"}, {"link", "</a>"}}) +
      raw::headers(1, 0, {{":status", "200"}, {"a", "b"}}) + raw::data(1, 0, "text") +
      raw::headers(1, raw::kEndStream, {{"c", "d"}}));
  EXPECT_EQ(call_->outcome(), Call::Outcome::answered);
  EXPECT_EQ(response_, (Response{200, "", {{"a", "b"}}, "text"}));
}

TEST_F(Http2AnswerTest, LimitsOfAnAnswer) {
  const std::string head = raw::headers(1, 0, {{":status", "200"}, {"a", "b"}});
  const std::string end = raw::data(1, raw::kEndStream, "123456");
  EXPECT_EQ(failed(head + end, {.header_bytes = 76, .header_count = 2, .body = 6}), "");
  EXPECT_EQ(call_->outcome(), Call::Outcome::answered);
  EXPECT_EQ(failed(head + end, {.header_count = 1}),
            "limit: the answer has more than 1 headers, or 131072 bytes of them");
  EXPECT_EQ(failed(head + end, {.header_bytes = 75}),
            "limit: the answer has more than 128 headers, or 75 bytes of them");
  EXPECT_EQ(failed(head + end, {.body = 5}),
            "limit: the body of the answer is larger than 5 bytes");
  EXPECT_EQ(failed(repeated(raw::headers(1, 0, {{":status", "100"}}), 2) + head + end,
                   {.interim_responses = 1}),
            "limit: more than 1 interim responses in front of one answer");
}

TEST_F(Http2AnswerTest, MalformedAnswers) {
  const std::string breaks = "protocol: the answer breaks HTTP/2: ";
  EXPECT_EQ(failed(raw::headers(1, raw::kEndStream, {{"a", "b"}})),
            breaks + "Violation in HTTP messaging rule");
  EXPECT_EQ(failed(raw::headers(1, raw::kEndStream, {{":status", "200"}, {"A", "b"}})),
            breaks + "Invalid HTTP header field was received");
  EXPECT_EQ(failed(raw::headers(1, raw::kEndStream, {{":status", "101"}})).substr(0, breaks.size()),
            breaks);
  EXPECT_EQ(failed(raw::headers(1, 0, {{":status", "200"}, {"content-length", "3"}}) +
                   raw::data(1, raw::kEndStream, "1234"))
                .substr(0, breaks.size()),
            breaks);
}

TEST_F(Http2AnswerTest, StreamsThatAreReset) {
  EXPECT_EQ(failed(raw::reset(1, 2)), "closed: the server has reset the stream: INTERNAL_ERROR");
  EXPECT_EQ(call_->outcome(), Call::Outcome::failed);
  EXPECT_EQ(failed(raw::reset(1, 7)), "closed: the server has reset the stream: REFUSED_STREAM");
  EXPECT_EQ(call_->outcome(), Call::Outcome::unprocessed);
  EXPECT_EQ(failed(raw::headers(1, 0, {{":status", "200"}}) + raw::reset(1, 0)),
            "closed: the server has reset the stream: NO_ERROR");
  EXPECT_TRUE(call_->started());
}

TEST_F(Http2AnswerTest, AGoawayNamesWhatIsNotProcessed) {
  EXPECT_EQ(failed(raw::goaway(0, 11, "too fast")),
            "closed: the server ends the connection before this request: ENHANCE_YOUR_CALM "
            "'too fast'");
  EXPECT_EQ(call_->outcome(), Call::Outcome::unprocessed);
  EXPECT_TRUE(client_->over() || client_->has_output());
  EXPECT_EQ(failed(raw::goaway(1, 2)), "");
  EXPECT_EQ(client_->room(), 0U);
  client_->end({Code::closed, "the connection has ended"});
  EXPECT_EQ(call_->outcome(), Call::Outcome::lost);
  EXPECT_EQ(call_->error().text, "the connection has ended; it said INTERNAL_ERROR");
}

}  // namespace
}  // namespace peregrine::wire::http2
