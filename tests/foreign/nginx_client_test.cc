// Our client and nginx, which also passes on to our server what it is sent.
#include "net/fetch.h"
#include "net/http_exchange.h"
#include "nginx_fixture.h"

namespace peregrine::net {
namespace {

TEST_F(NginxTest, TheClientKeepsAConnectionUntilNginxEndsIt) {
  for (const bool tls : {false, true}) {
    for (int i = 0; i < 6; ++i) {
      EXPECT_EQ(seen({"GET", "/empty"}, tls), "204 ") << i;
      EXPECT_EQ(client_->idle(), i == 3 ? 0U : 1U) << i;
    }
    client_->close_idle();
  }
  // The fourth answer of a connection is its last. The first number counts a connection's requests.
  std::string once;
  for (const int n : {1, 2, 3, 4, 1, 2}) once += fmt::format("{} GET /empty 204\n", n);
  EXPECT_EQ(shell(fmt::format("cut -d' ' -f1-4 '{}/access.log'", folder_.string())), once + once);
}

TEST_F(NginxTest, TheClientUnderstandsChunksAndGzip) {
  for (const bool tls : {false, true}) {
    const Url url = *parse_url(fmt::format("{}://{}/moved", tls ? "https" : "http",
                                           fmt::format("localhost:{}", origin(tls).port)));
    Result<Fetched> page =
        loop_->run(fetch(*client_, url, {"GET"}, {.follow = true}, loop_->in(10s)));
    ASSERT_TRUE(page) << page.error().to_string();
    EXPECT_TRUE(page->response.headers.has_token("Transfer-Encoding", "chunked"));
    EXPECT_EQ(page->decoded, std::vector{wire::Coding::gzip});
    EXPECT_EQ(page->response.body, page_);
    EXPECT_EQ(page->hops.size(), 1U);
  }
}

TEST_F(NginxTest, TheClientUnderstandsAnswersOfEveryLength) {
  const Result<Response> head = send({"HEAD", "/page"});
  ASSERT_TRUE(head) << head.error().to_string();
  EXPECT_EQ(head->headers.get("Content-Length"), std::to_string(page_.size()));
  EXPECT_EQ(head->body, "");
  const std::string tag(head->headers.get("ETag"));
  EXPECT_EQ(seen({"GET", "/page", {{"If-None-Match", tag}}}), "304 ");
  EXPECT_EQ(seen({"GET", "/page", {{"Range", "bytes=3-8"}}}), "206 " + page_.substr(3, 6));
  const Result<Response> two = send({"GET", "/page", {{"Range", "bytes=0-1,3-8"}}});
  ASSERT_TRUE(two) << two.error().to_string();
  EXPECT_TRUE(two->headers.get("Content-Type").starts_with("multipart/byteranges; boundary="));
  EXPECT_NE(two->body.find("\r\n\r\n" + page_.substr(3, 6) + "\r\n--"), std::string::npos);
  EXPECT_EQ(seen({"GET", "/none"}).substr(0, 4), "404 ");
  EXPECT_EQ(client_->idle(), 1U);
}

Task<Result<std::string>> download(Loop& loop, Connector& connector, Origin from) {
  CO_TRY(auto exchange, co_await HttpExchange::open(connector, std::move(from), {"GET", "/large"},
                                                    nullptr, {}, loop.in(20s)));
  size_t bytes = 0;
  std::string last;
  for (;;) {
    CO_TRY(const std::string_view piece, co_await exchange->next(loop.in(20s)));
    if (piece.empty()) break;
    bytes += piece.size();
    last = piece.substr(piece.size() - std::min<size_t>(piece.size(), 3));
  }
  co_return fmt::format("{} bytes, {}, {}", bytes, last,
                        exchange->take_reusable() ? "kept" : "closed");
}

TEST_F(NginxTest, TheClientTakesALargeBodyPieceByPiece) {
  for (const bool tls : {false, true}) {
    Result<std::string> seen = loop_->run(download(*loop_, *connector_, origin(tls)));
    ASSERT_TRUE(seen) << seen.error().to_string();
    EXPECT_EQ(*seen, "20000003 bytes, end, kept");
  }
}

TEST_F(NginxTest, TheClientIsToldToGoOnOrThatItsBodyIsTooLarge) {
  const Request patient{"POST", "/kept/x", {{"Expect", "100-continue"}}, std::string(300'000, 'x')};
  EXPECT_EQ(seen(patient), "200 POST /x 300000 bytes");
  EXPECT_EQ(seen(patient, true), "200 POST /x 300000 bytes");
  EXPECT_EQ(seen({"POST", "/small", {}, std::string(9'000'000, 'x')}).substr(0, 4), "413 ");
  EXPECT_EQ(seen({"POST", "/kept/x", {}, "next"}), "200 POST /x 4 bytes");
}

// A body whose length nobody knows before.
class Unknown final : public ByteSource {
 public:
  explicit Unknown(std::string text) : text_(std::move(text)) {}
  Task<Result<std::string_view>> next(io::Deadline deadline) override {
    return text_.next(deadline);
  }

 private:
  TextSource text_;
};

Task<Result<std::string>> upload(Loop& loop, Connector& connector, Origin to, std::string target,
                                 std::string text) {
  Unknown body(std::move(text));
  CO_TRY(auto exchange,
         co_await HttpExchange::open(connector, std::move(to), {"PUT", std::move(target)}, &body,
                                     {}, loop.in(20s)));
  co_return co_await read_all(*exchange, 40 << 20, loop.in(20s));
}

TEST_F(NginxTest, TheClientSendsChunksAndReceivesThem) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += page_.substr(0, 10'000 + 7 * i);
  for (const std::string target : {"/kept/back", "/streamed/back", "/old/back"}) {
    for (const bool tls : {false, true}) {
      const Result<std::string> answer =
          loop_->run(upload(*loop_, *connector_, origin(tls), target, text));
      ASSERT_TRUE(answer) << target << ": " << answer.error().to_string();
      EXPECT_TRUE(*answer == text) << target << ": " << answer->size() << " bytes";
    }
  }
}

}  // namespace
}  // namespace peregrine::net
