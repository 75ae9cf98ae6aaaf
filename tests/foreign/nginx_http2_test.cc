// Our client over HTTP/2, and nginx, which passes on to our server what it is sent.
#include "base/text.h"
#include "io/scope.h"
#include "net/answer_source.h"
#include "net/fetch.h"
#include "nginx_fixture.h"

namespace peregrine::net {
namespace {

class NginxHttp2Test : public NginxTest {
 protected:
  Origin http2(bool tls) {
    return {"localhost", tls ? tls_port_ : h2_port_, tls, tls ? Http::either : Http::two};
  }
  Result<Response> send(Request request, bool tls) {
    return loop_->run(client_->send(http2(tls), std::move(request), loop_->in(10s)));
  }
  std::string seen(Request request, bool tls) {
    const Result<Response> response = send(std::move(request), tls);
    if (!response) return response.error().to_string();
    return fmt::format("{} {}", response->status, response->body);
  }
};

TEST_F(NginxHttp2Test, TheClientIsAnswered) {
  for (const bool tls : {false, true}) {
    EXPECT_EQ(seen({"GET", "/empty"}, tls), "204 ");
    const Result<Response> head = send({"HEAD", "/page"}, tls);
    ASSERT_TRUE(head) << head.error().to_string();
    EXPECT_EQ(head->headers.get("Content-Length"), std::to_string(page_.size()));
    EXPECT_EQ(seen({"GET", "/page", {{"Range", "bytes=3-8"}}}, tls), "206 " + page_.substr(3, 6));
    EXPECT_EQ(seen({"POST", "/kept/x", {}, std::string(3'000'000, 'x')}, tls),
              "200 POST /x 3000000 bytes");
    EXPECT_EQ(seen({"GET", "/none"}, tls).substr(0, 4), "404 ");
    const Result<Response> large = send({"GET", "/large"}, tls);
    ASSERT_TRUE(large) << large.error().to_string();
    EXPECT_EQ(large->body.size(), 20'000'003U);
    client_->close_idle();
  }
  EXPECT_EQ(shell(fmt::format("grep -c 'HTTP/2.0' '{}/access.log'", folder_.string())), "12\n");
}

TEST_F(NginxHttp2Test, AConnectionThatNginxEndsIsReplaced) {
  for (const bool tls : {false, true}) {
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(seen({"POST", "/kept/x", {}, "a"}, tls), "200 POST /x 1 bytes");
    client_->close_idle();
  }
  // A connection's requests are counted; it takes four and says so.
  EXPECT_EQ(shell(fmt::format("cut -d' ' -f1 '{}/access.log' | sort -n | uniq -c | tr -s ' \n' ' '",
                              folder_.string())),
            " 6 1 6 2 4 3 4 4 ");
}

Task<void> put(Loop& loop, HttpClient& client, Origin origin, int number, int& answered) {
  const Result<Response> response = co_await client.send(
      origin, {"PUT", "/kept/back", {}, std::string(1'000 * number, 'x')}, loop.in(10s));
  if (response && response->body.size() == 1'000U * static_cast<unsigned>(number)) ++answered;
}

TEST_F(NginxHttp2Test, ManyRequestsAtOnceWhileConnectionsEnd) {
  for (const bool tls : {false, true}) {
    int answered = 0;
    io::Scope scope(*loop_);
    for (int i = 0; i < 12; ++i) scope.spawn(put(*loop_, *client_, http2(tls), i, answered));
    (void)loop_->run(scope.join(loop_->in(20s)));
    EXPECT_EQ(answered, 12);
  }
}

TEST_F(NginxHttp2Test, FetchUnderstandsGzipAndRedirects) {
  const Url url = *parse_url(fmt::format("https://localhost:{}/moved", tls_port_));
  const Result<Fetched> page = loop_->run(
      fetch(*client_, url, {"GET"}, {.follow = true, .http = Http::either}, loop_->in(10s)));
  ASSERT_TRUE(page) << page.error().to_string();
  EXPECT_EQ(page->decoded, std::vector{wire::Coding::gzip});
  EXPECT_EQ(page->response.body, page_);
  EXPECT_EQ(shell(fmt::format("grep -c 'HTTP/2.0' '{}/access.log'", folder_.string())), "2\n");
}

TEST_F(NginxHttp2Test, TheClientIsToldThatItsBodyIsTooLarge) {
  EXPECT_EQ(seen({"POST", "/small", {}, std::string(9'000'000, 'x')}, true).substr(0, 4), "413 ");
  EXPECT_EQ(seen({"POST", "/kept/x", {}, "next"}, true), "200 POST /x 4 bytes");
}

struct Seen {
  size_t bytes = 0;
  std::string last;
};

Task<Result<Seen>> download(Loop& loop, Connector& connector, Origin from) {
  CO_TRY(auto answer,
         co_await open_answer(connector, std::move(from), {"GET", "/large"}, loop.in(20s)));
  Seen seen;
  for (;;) {
    CO_TRY(const std::string_view piece, co_await answer->next(loop.in(20s)));
    if (piece.empty()) co_return seen;
    seen.bytes += piece.size();
    seen.last = piece.substr(piece.size() - std::min<size_t>(piece.size(), 3));
  }
}

TEST_F(NginxHttp2Test, ALargeAnswerIsTakenPieceByPiece) {
  for (const bool tls : {false, true}) {
    const Result<Seen> seen = loop_->run(download(*loop_, *connector_, http2(tls)));
    ASSERT_TRUE(seen) << seen.error().to_string();
    EXPECT_EQ(seen->bytes, 20'000'003U);
    EXPECT_EQ(seen->last, "end");
  }
  EXPECT_EQ(shell(fmt::format("grep -c 'HTTP/2.0' '{}/access.log'", folder_.string())), "2\n");
}

// The first of what never ends, then what is asked for when no more comes, and its end.
Task<Result<std::string>> listen(Loop& loop, Connector& connector, Origin from) {
  CO_TRY(auto answer, co_await open_answer(connector, std::move(from), {"GET", "/streamed/ticks"},
                                           loop.in(20s)));
  std::string told =
      fmt::format("{} {}", answer->head().status, answer->head().headers.get("content-type"));
  while (!told.contains("data: 3")) {
    CO_TRY(const std::string_view piece, co_await answer->next(loop.in(20s)));
    told += fmt::format(" {}", base::trimmed(piece));
  }
  const auto none = co_await answer->next(loop.in(50ms));
  co_return told + (none ? " and more" : " " + std::string(base::to_string(none.error().code)));
}

TEST_F(NginxHttp2Test, AStreamThatNeverEndsIsTakenAsItComes) {
  for (const bool tls : {false, true}) {
    const Result<std::string> told = loop_->run(listen(*loop_, *connector_, http2(tls)));
    ASSERT_TRUE(told) << told.error().to_string();
    EXPECT_EQ(*told, "200 text/event-stream data: 1 data: 2 data: 3 timeout");
  }
}

TEST_F(NginxHttp2Test, AnAnswerThatNobodyGivesIsAnError) {
  Origin nowhere = http2(false);
  nowhere.port = port_;  // where HTTP/1.1 is spoken
  const auto opened =
      loop_->run(open_answer(*connector_, nowhere, {"GET", "/page"}, loop_->in(5s)));
  ASSERT_FALSE(opened);
  EXPECT_TRUE(opened.error().to_string().contains("GET /page to localhost"))
      << opened.error().to_string();
}

}  // namespace
}  // namespace peregrine::net
