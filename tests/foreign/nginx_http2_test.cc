// Our client over HTTP/2, and nginx, which passes on to our server what it is sent.
#include "io/scope.h"
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

}  // namespace
}  // namespace peregrine::net
