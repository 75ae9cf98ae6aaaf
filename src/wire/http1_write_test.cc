#include <gtest/gtest.h>

#include "wire/http1.h"

namespace peregrine::wire::http1 {
namespace {

using base::Code;
using base::Result;

template <class Message>
std::string written(const Message& message) {
  std::string out;
  Result<> result = append(out, message);
  return result ? out
                : fmt::format("{}: {}{}", to_string(result.error().code), result.error().text, out);
}

TEST(Http1WriteTest, WritesARequestWithItsLength) {
  EXPECT_EQ(written(Request{"POST", "/x", {{"Host", "a"}, {"X-Empty", ""}}, "hi"}),
            "POST /x HTTP/1.1\r\nHost: a\r\nX-Empty: \r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(written(Request{"PUT", "/x"}), "PUT /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(written(Request{"GET", "/x"}), "GET /x HTTP/1.1\r\n\r\n");
}

TEST(Http1WriteTest, TheBodyAloneDecidesTheFraming) {
  EXPECT_EQ(written(Response{200, "", {{"content-length", "7"}, {"Transfer-Encoding", "chunked"}}}),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(Http1WriteTest, StatusesWithoutABodyHaveNoLength) {
  EXPECT_EQ(written(Response{204}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(written(Response{100}), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(written(Response{304, "Same"}), "HTTP/1.1 304 Same\r\n\r\n");
  EXPECT_EQ(written(Response{299}), "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
}

TEST(Http1WriteTest, AnswersToHeadKeepTheLengthOnly) {
  std::string out;
  ASSERT_TRUE(append(out, Response{200, "", {}, "hello"}, AnswerTo::head));
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST(Http1WriteTest, RefusesWhatWouldBreakTheMessage) {
  EXPECT_EQ(written(Request{"GET", "/ HTTP/1.1\r\nEvil: 1"}),
            "invalid: '/ HTTP/1.1\\x0d\\x0aEvil: 1' cannot be a request target: spaces and control "
            "characters must be percent-encoded");
  EXPECT_EQ(written(Request{"GE T"}), "invalid: 'GE T' cannot be a request method");
  EXPECT_EQ(written(Request{"GET", ""}).substr(0, 8), "invalid:");
  EXPECT_EQ(written(Request{"GET", "/", {{"A", "b\r\nEvil: 1"}}}),
            "invalid: the header A cannot have the value 'b\\x0d\\x0aEvil: 1': it holds a control "
            "character");
  EXPECT_EQ(written(Request{"GET", "/", {{"A: b\r\nEvil", "1"}}}),
            "invalid: 'A: b\\x0d\\x0aEvil' cannot be the name of a header");
  EXPECT_EQ(written(Response{200, "OK\r\nEvil: 1"}),
            "invalid: 'OK\\x0d\\x0aEvil: 1' cannot be the reason of a response");
  EXPECT_EQ(written(Response{99}), "invalid: 99 cannot be the status of a response");
  EXPECT_EQ(written(Response{204, "", {}, "x"}),
            "invalid: a response with status 204 cannot have a body");
}

TEST(Http1WriteTest, WhatIsWrittenIsReadBack) {
  const Request request{"PATCH", "/a?b", {{"Host", "x"}, {"B", "c d\xc3\xa4"}}, "body"};
  RequestParser parser;
  ASSERT_TRUE(parser.feed(written(request)));
  ASSERT_TRUE(parser.done());
  Request read = parser.take();
  EXPECT_EQ(read.headers.remove("content-length"), 1U);
  EXPECT_EQ(read, request);
}

TEST(Http1WriteTest, AHeadWithoutItsBodySaysHowThatComes) {
  const auto head = [](const auto& message, Framing framing) {
    std::string out;
    base::Result<> done = append_head(out, message, framing);
    return done ? out : "invalid: " + done.error().text;
  };
  const Request request{"PUT", "/", {{"Content-Length", "9"}}, "not sent"};
  EXPECT_EQ(head(request, {Framing::Kind::length, 7}),
            "PUT / HTTP/1.1\r\nContent-Length: 7\r\n\r\n");
  EXPECT_EQ(head(request, {Framing::Kind::chunked, 0}),
            "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(head(request, {}), "PUT / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(head(Response{200}, {Framing::Kind::until_close, 0}), "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(head(Response{204}, {Framing::Kind::chunked, 0}),
            "invalid: a response with status 204 cannot have a body");
  EXPECT_EQ(head(Response{204}, {}), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(Http1WriteTest, ChunksAreReadBackPieceByPiece) {
  std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  append_chunk(bytes, "");
  append_chunk(bytes, std::string(26, 'x'));
  ResponseParser parser("GET", {.body = 30});
  ASSERT_TRUE(parser.feed(bytes));
  std::string piece = "old";
  parser.drain_body(piece);
  EXPECT_EQ(piece, std::string(26, 'x'));
  bytes.clear();
  append_chunk(bytes, std::string(26, 'y'));
  append_last_chunk(bytes);
  ASSERT_TRUE(parser.feed(bytes));
  EXPECT_TRUE(parser.done());
  parser.drain_body(piece);
  EXPECT_EQ(piece, std::string(26, 'y'));
  parser.drain_body(piece);
  EXPECT_EQ(piece, "");
}

}  // namespace
}  // namespace peregrine::wire::http1
