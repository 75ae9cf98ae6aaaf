#include "wire/http1.h"

#include <gtest/gtest.h>

#include <vector>

namespace peregrine::wire::http1 {
namespace {

using base::Code;
using base::Result;

constexpr Limits kSmall{.start_line = 40,
                        .header_line = 40,
                        .header_count = 4,
                        .header_bytes = 100,
                        .chunk_line = 20,
                        .body = 50,
                        .interim_responses = 2};

// What came of a stream of requests: each as text, then the error that ended it, if any.
std::vector<std::string> parse_in_pieces(std::string_view stream, size_t piece) {
  RequestParser parser(kSmall);
  std::vector<std::string> seen;
  while (!stream.empty()) {
    std::string_view part = stream.substr(0, piece);
    stream.remove_prefix(part.size());
    while (!part.empty()) {
      Result<size_t> used = parser.feed(part);
      if (!used) {
        seen.push_back(fmt::format("{}: {} ({})", to_string(used.error().code), used.error().text,
                                   parser.error_status()));
        return seen;
      }
      part.remove_prefix(*used);
      if (!parser.done()) continue;
      const bool keep = parser.keep_alive();
      const Request request = parser.take();
      std::string text = request.method + " " + request.target;
      for (const Header h : request.headers) text += fmt::format("|{}={}", h.name, h.value);
      seen.push_back(text + "|" + request.body + (keep ? "" : "|close"));
    }
  }
  if (parser.started()) seen.push_back("unfinished");
  return seen;
}

// The result is the same however the stream is cut.
std::vector<std::string> parse(std::string_view stream) {
  const std::vector<std::string> whole = parse_in_pieces(stream, stream.size());
  for (const size_t piece : {1, 2, 3, 5, 7, 16}) {
    EXPECT_EQ(parse_in_pieces(stream, piece), whole) << "in pieces of " << piece;
  }
  return whole;
}

using Seen = std::vector<std::string>;

TEST(RequestParserTest, ReadsARequestWithoutABody) {
  EXPECT_EQ(parse("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept:\t*/* \r\n\r\n"),
            Seen{"GET /a?b=c|Host=x|Accept=*/*|"});
}

TEST(RequestParserTest, ReadsABodyOfDeclaredLength) {
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"),
            Seen{"POST /|Host=x|Content-Length=5|hello"});
}

// RFC 9112 section 7.1.1.
TEST(RequestParserTest, ChecksTheExtensionsOfChunks) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string extension :
       {"", ";a", " ; a", ";a=b", ";a = b", ";a;b=c", ";a=\"b;c\"", ";a=\"\\\"\";b", ";a=\"\""}) {
    EXPECT_EQ(parse(head + "1" + extension + "\r\nx\r\n0\r\n\r\n"),
              Seen{"POST /|Host=x|Transfer-Encoding=chunked|x"})
        << extension;
  }
  for (const std::string extension : {";", "; ", ";a ", ";a b", ";a=", ";=b", ";a=\"b",
                                      ";a=\"b\\\"", ";a=\"b\"c", ";;a", ";a="}) {
    EXPECT_EQ(parse(head + "1" + extension + "\r\n"),
              Seen{fmt::format("protocol: the chunk size '1{}' has an extension that is not "
                               "';name=value' (400)",
                               extension)});
  }
}

TEST(RequestParserTest, TakesEqualContentLengthsAsOne) {
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nhi"),
            Seen{"POST /|Host=x|Content-Length=2|content-length=2|hi"});
}

TEST(RequestParserTest, ReadsChunksWithExtensionsAndTrailers) {
  EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
                  "5\r\nhello\r\n00A ;a=\"b\"\r\n, world, a\r\n0\r\nSum: 12\r\n\r\n"),
            Seen{"POST /|Host=x|Transfer-Encoding=Chunked|hello, world, a"});
}

TEST(RequestParserTest, SeparatesPipelinedRequests) {
  EXPECT_EQ(parse("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"
                  "POST /2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n"
                  "\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\nConnection: a, Close\r\n\r\n"),
            (Seen{"POST /1|Host=x|Content-Length=1|a", "POST /2|Host=x|Transfer-Encoding=chunked|b",
                  "GET /3|Host=x|Connection=a, Close||close"}));
}

TEST(RequestParserTest, ClosesAfterHttp10UnlessAskedToKeepAlive) {
  EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n"), Seen{"GET /||close"});
  EXPECT_EQ(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
            Seen{"GET /|Connection=Keep-Alive|"});
}

TEST(RequestParserTest, SaysWhenTheClientWaitsForAnInvitation) {
  RequestParser parser;
  const std::string_view head =
      "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n";
  ASSERT_TRUE(parser.feed(head));
  EXPECT_TRUE(parser.head_done());
  EXPECT_TRUE(parser.expects_continue());
  ASSERT_TRUE(parser.feed("a"));
  EXPECT_FALSE(parser.expects_continue());
}

TEST(RequestParserTest, RepeatsItsErrorUntilReset) {
  RequestParser parser;
  Result<size_t> first = parser.feed("nonsense\r\n");
  ASSERT_FALSE(first);
  Result<size_t> second = parser.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_FALSE(second);
  EXPECT_EQ(first.error().text, second.error().text);
  parser.reset();
  EXPECT_TRUE(parser.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  EXPECT_TRUE(parser.done());
}

struct Refused {
  std::string stream;
  std::string error;
};

std::string with_header(std::string_view line) {
  return fmt::format("POST / HTTP/1.1\r\nHost: x\r\n{}\r\n\r\n", line);
}
std::string with_chunks(std::string_view chunks) {
  return "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

class RefusedRequestTest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRequestTest, IsRefusedWithASentence) {
  EXPECT_EQ(parse(GetParam().stream), Seen{GetParam().error});
}

INSTANTIATE_TEST_SUITE_P(
    StartLine, RefusedRequestTest,
    testing::Values(
        Refused{"GET /\r\n",
                "protocol: 'GET /' is not a request line; it must be 'METHOD target HTTP/1.1' "
                "(400)"},
        Refused{"GET / HTTP/2.0\r\n",
                "protocol: the version is 'HTTP/2.0'; HTTP/1.1 and HTTP/1.0 are spoken here (400)"},
        Refused{"GET / HTTP/1.1 \r\n",
                "protocol: the version is ''; HTTP/1.1 and HTTP/1.0 are spoken here (400)"},
        Refused{"GET /a b HTTP/1.1\r\n",
                "protocol: the request target '/a b' has a space or control character; it must be "
                "percent-encoded (400)"},
        Refused{"G(T / HTTP/1.1\r\n", "protocol: 'G(T' is not a request method (400)"},
        Refused{"GET / HTTP/1.1\n",
                "protocol: the request line 'GET / HTTP/1.1' ends in LF without CR; HTTP/1.1 lines "
                "end in CRLF (400)"},
        Refused{"\r\n\r\n",
                "protocol: '' is not a request line; it must be 'METHOD target HTTP/1.1' (400)"},
        Refused{"GET /" + std::string(100, 'a') + " HTTP/1.1\r\n",
                "limit: the request line is longer than 40 bytes (414)"}));

INSTANTIATE_TEST_SUITE_P(
    Headers, RefusedRequestTest,
    testing::Values(
        Refused{"GET / HTTP/1.1\r\n\r\n",
                "protocol: the request has no Host header, which HTTP/1.1 requires (400)"},
        Refused{with_header("host: y"), "protocol: the request has 2 Host headers (400)"},
        Refused{with_header("a : b"),
                "protocol: the header line 'a : b' has a space before its colon (400)"},
        Refused{with_header(" b"),
                "protocol: the header line ' b' begins with a space; folded header lines are "
                "obsolete and not accepted (400)"},
        Refused{with_header("a b"), "protocol: the header line 'a b' has no colon (400)"},
        Refused{with_header(": b"), "protocol: '' is not a header name (400)"},
        Refused{with_header("a\x01: b"), "protocol: 'a\\x01' is not a header name (400)"},
        Refused{with_header(std::string("a: b\0c", 6)),
                "protocol: the header a has a control character in its value 'b\\x00c' (400)"},
        Refused{with_header("a: b\rc: d"),
                "protocol: the header a has a control character in its value 'b\\x0dc: d' (400)"},
        Refused{with_header("a: b\nc: d"),
                "protocol: the header line 'a: b' ends in LF without CR; HTTP/1.1 lines end in "
                "CRLF (400)"},
        Refused{with_header("a: " + std::string(38, 'b')),
                "limit: the header line is longer than 40 bytes (431)"},
        Refused{with_header("a:\r\nb:\r\nc:\r\nd:"), "limit: there are more than 4 headers (431)"},
        Refused{with_header("a: " + std::string(37, 'b') + "\r\na: " + std::string(37, 'b') +
                            "\r\na: " + std::string(37, 'b')),
                "limit: the headers have more than 100 bytes together (431)"}));

INSTANTIATE_TEST_SUITE_P(
    Framing, RefusedRequestTest,
    testing::Values(
        Refused{with_header("Content-Length: 5\r\nTransfer-Encoding: chunked"),
                "protocol: both Content-Length and Transfer-Encoding are given; send only one of "
                "them (400)"},
        Refused{with_header("Content-Length: 5\r\nContent-Length: 6"),
                "protocol: two different Content-Length: '5' and '6' (400)"},
        Refused{with_header("Content-Length: +5"),
                "protocol: Content-Length is '+5', it must be digits only (400)"},
        Refused{with_header("Content-Length: 5, 5"),
                "protocol: Content-Length is '5, 5', it must be digits only (400)"},
        Refused{with_header("Content-Length:"),
                "protocol: Content-Length is '', it must be digits only (400)"},
        Refused{with_header("Content-Length: -1"),
                "protocol: Content-Length is '-1', it must be digits only (400)"},
        Refused{with_header("Content-Length: 51"), "limit: the body is larger than 50 bytes (413)"},
        Refused{with_header("Content-Length: 99999999999999999999"),
                "limit: Content-Length '99999999999999999999' is more than any body may have "
                "(413)"},
        Refused{with_header("Transfer-Encoding: gzip, chunked"),
                "protocol: Transfer-Encoding is 'gzip, chunked'; one 'chunked' is the only coding "
                "accepted (400)"},
        Refused{with_header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
                "protocol: Transfer-Encoding is 'chunked'; one 'chunked' is the only coding "
                "accepted (400)"},
        Refused{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                "protocol: Transfer-Encoding in HTTP/1.0, which does not know it (400)"}));

INSTANTIATE_TEST_SUITE_P(
    Chunks, RefusedRequestTest,
    testing::Values(
        Refused{with_chunks("x\r\n"),
                "protocol: 'x' is not a chunk size; it must be hexadecimal digits (400)"},
        Refused{with_chunks("\r\n"),
                "protocol: '' is not a chunk size; it must be hexadecimal digits (400)"},
        Refused{with_chunks("0x5\r\n"),
                "protocol: '0x5' is not a chunk size; it must be hexadecimal digits (400)"},
        Refused{with_chunks("-5\r\n"),
                "protocol: '-5' is not a chunk size; it must be hexadecimal digits (400)"},
        Refused{with_chunks("5 \r\n"),
                "protocol: '5 ' is not a chunk size; it must be hexadecimal digits (400)"},
        Refused{
            with_chunks("5;\x7f\r\n"),
            "protocol: the chunk size '5;\\x7f' has an extension that is not ';name=value' (400)"},
        Refused{with_chunks("5\nhello\r\n"),
                "protocol: the line of a chunk's size '5' ends in LF without CR; HTTP/1.1 lines "
                "end in CRLF (400)"},
        Refused{with_chunks("5\r\nhello!\r\n0\r\n\r\n"),
                "protocol: a chunk is not followed by CRLF; its size may be wrong (400)"},
        Refused{with_chunks("10000000000000000\r\n"),
                "limit: the chunk size '10000000000000000' is more than any body may have (413)"},
        Refused{with_chunks("ffffffffffffffff\r\n"),
                "limit: the body is larger than 50 bytes (413)"},
        Refused{with_chunks("1\r\na\r\n32\r\n"), "limit: the body is larger than 50 bytes (413)"},
        Refused{with_chunks("1;" + std::string(30, 'e')),
                "limit: the line of a chunk's size is longer than 20 bytes (413)"},
        Refused{with_chunks("0\r\na b: c\r\n"), "protocol: 'a b' is not a header name (400)"},
        Refused{with_chunks("0\r\na: " + std::string(37, 'b') + "\r\na: " + std::string(37, 'b') +
                            "\r\na: " + std::string(37, 'b') + "\r\n"),
                "limit: the body has more than 4 trailers, or more than 100 bytes of them (413)"},
        Refused{with_chunks("0\r\na:\r\na:\r\na:\r\na:\r\na:\r\n"),
                "limit: the body has more than 4 trailers, or more than 100 bytes of them (413)"}));

}  // namespace
}  // namespace peregrine::wire::http1
