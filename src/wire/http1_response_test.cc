#include <gtest/gtest.h>

#include <vector>

#include "wire/http1.h"

namespace peregrine::wire::http1 {
namespace {

using base::Code;
using base::Result;

constexpr Limits kSmall{.header_bytes = 60, .body = 50, .interim_responses = 2};

struct Given {
  std::string method;
  std::string stream;
};

// The response as text, what is left of the stream, and what the end of the stream brings.
std::string parse_in_pieces(const Given& given, size_t piece) {
  ResponseParser parser(given.method, kSmall);
  std::string_view rest = given.stream;
  while (!rest.empty() && !parser.done()) {
    Result<size_t> used = parser.feed(rest.substr(0, piece));
    if (!used) return fmt::format("{}: {}", to_string(used.error().code), used.error().text);
    rest.remove_prefix(*used);
  }
  if (!parser.done()) {
    Result<> finished = parser.finish();
    if (!finished) {
      return fmt::format("{}: {}", to_string(finished.error().code), finished.error().text);
    }
  }
  const bool keep = parser.keep_alive();
  const Response response = parser.take();
  std::string text = fmt::format("{} {}", response.status, response.reason);
  for (const Header h : response.headers) text += fmt::format("|{}={}", h.name, h.value);
  text += "|" + response.body + (keep ? "" : "|close");
  return rest.empty() ? text : text + "|left: " + std::string(rest);
}

std::string parse(const Given& given) {
  std::string whole = parse_in_pieces(given, SIZE_MAX);
  for (const size_t piece : {1, 2, 3, 5, 7, 16}) {
    EXPECT_EQ(parse_in_pieces(given, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

TEST(ResponseParserTest, ReadsABodyOfDeclaredLength) {
  EXPECT_EQ(parse({"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhimore"}),
            "200 OK|Content-Length=2|hi|left: more");
}

TEST(ResponseParserTest, ReadsChunks) {
  EXPECT_EQ(
      parse({"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"}),
      "200 OK|Transfer-Encoding=chunked|hi");
}

TEST(ResponseParserTest, ReadsUntilTheEndOfTheConnection) {
  EXPECT_EQ(parse({"GET", "HTTP/1.1 200 OK\r\n\r\nto the end"}), "200 OK|to the end|close");
  EXPECT_EQ(parse({"GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n"}),
            "200 OK|Connection=keep-alive||close");
}

TEST(ResponseParserTest, KnowsWhichResponsesHaveNoBody) {
  EXPECT_EQ(parse({"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n"}),
            "200 OK|Content-Length=2000|");
  EXPECT_EQ(parse({"HEAD", "HTTP/1.1 200 OK\r\n\r\n"}), "200 OK|");
  EXPECT_EQ(parse({"GET", "HTTP/1.1 204 No Content\r\n\r\nx"}), "204 No Content||left: x");
  EXPECT_EQ(parse({"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"}),
            "304 Not Modified|Content-Length=9|");
}

TEST(ResponseParserTest, PassesOverInterimResponses) {
  EXPECT_EQ(parse({"POST",
                   "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
                   "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"}),
            "201 Created|Content-Length=0|");
}

TEST(ResponseParserTest, CountsTheHeadersOfEachResponseByThemselves) {
  const std::string hint = "HTTP/1.1 103 Early Hints\r\nLink: " + std::string(50, 'a') + "\r\n\r\n";
  EXPECT_EQ(parse({"GET", hint + hint + "HTTP/1.1 204 a\r\n\r\n"}), "204 a|");
}

TEST(ResponseParserTest, EndsAtAnUpgradeAndAtATunnel) {
  EXPECT_EQ(parse({"GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n\r\n\x81"}),
            "101 Switching Protocols|Upgrade=a||close|left: \x81");
  EXPECT_EQ(parse({"CONNECT", "HTTP/1.1 200 OK\r\n\r\n\x81"}), "200 OK||close|left: \x81");
  EXPECT_EQ(parse({"CONNECT", "HTTP/1.1 403 No\r\nContent-Length: 1\r\n\r\na"}),
            "403 No|Content-Length=1|a|close");
}

TEST(ResponseParserTest, TakesAnEmptyReasonWithAndWithoutItsSpace) {
  EXPECT_EQ(parse({"HEAD", "HTTP/1.1 299 \r\n\r\n"}), "299 |");
  EXPECT_EQ(parse({"HEAD", "HTTP/1.1 299\r\n\r\n"}), "299 |");
}

TEST(ResponseParserTest, HonoursConnectionClose) {
  EXPECT_EQ(parse({"HEAD", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"}),
            "200 OK|Connection=close||close");
}

TEST(ResponseParserTest, ReadsTheNextAfterTake) {
  ResponseParser parser("HEAD");
  ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"));
  ASSERT_TRUE(parser.done());
  (void)parser.take();
  EXPECT_FALSE(parser.started());
  parser.reset("GET");
  ASSERT_TRUE(parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
  ASSERT_TRUE(parser.done());
  EXPECT_EQ(parser.take().body, "hi");
}

struct Refused {
  std::string stream;
  std::string error;
};

class RefusedResponseTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedResponseTest, IsRefusedWithASentence) {
  EXPECT_EQ(parse({"GET", GetParam().stream}), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    StatusLine, RefusedResponseTest,
    testing::Values(
        Refused{"SSH-2.0-OpenSSH\r\n",
                "protocol: the version is 'SSH-2.0-'; HTTP/1.1 and HTTP/1.0 are spoken here"},
        Refused{"HTTP/1.1 20 OK\r\n",
                "protocol: 'HTTP/1.1 20 OK' is not a status line; it must be 'HTTP/1.1 200 "
                "reason'"},
        Refused{"HTTP/1.1 2000\r\n",
                "protocol: 'HTTP/1.1 2000' is not a status line; it must be 'HTTP/1.1 200 reason'"},
        Refused{"HTTP/1.1 099 a\r\n",
                "protocol: 'HTTP/1.1 099 a' is not a status line; it must be 'HTTP/1.1 200 "
                "reason'"},
        Refused{"HTTP/1.1 200 O\x01K\r\n",
                "protocol: the status line 'HTTP/1.1 200 O\\x01K' has a control character"}));

INSTANTIATE_TEST_SUITE_P(
    Length, RefusedResponseTest,
    testing::Values(
        Refused{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
                "protocol: both Content-Length and Transfer-Encoding are given; send only one of "
                "them"},
        Refused{"HTTP/1.1 200 OK\r\n\r\n" + std::string(51, 'a'),
                "limit: the body is larger than 50 bytes"},
        Refused{"HTTP/1.1 100 a\r\n\r\nHTTP/1.1 100 a\r\n\r\nHTTP/1.1 100 a\r\n\r\n",
                "limit: more than 2 interim responses (1xx) came before the response"}));

INSTANTIATE_TEST_SUITE_P(
    EndOfStream, RefusedResponseTest,
    testing::Values(
        Refused{"", "closed: the connection was closed without a response"},
        Refused{"HTTP/1.1 200 OK\r\nConte",
                "closed: the connection was closed before the end of the response's headers"},
        Refused{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
                "closed: the connection was closed with 2 bytes of the body missing"},
        Refused{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n",
                "closed: the connection was closed before the last chunk of the body"}));

}  // namespace
}  // namespace peregrine::wire::http1
