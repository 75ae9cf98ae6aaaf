// Our server behind nginx as a reverse proxy.
#include "nginx_fixture.h"

namespace peregrine::net {
namespace {

TEST_F(NginxTest, TheServerAnswersAProxyThatKeepsItsConnection) {
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(seen({"GET", fmt::format("/kept/a%20b?n={}", i)}),
              fmt::format("200 GET /a%20b?n={} 0 bytes", i));
  }
  EXPECT_EQ(server_->connections(), 1U);
  const Result<Response> head = send({"HEAD", "/kept/x"});
  ASSERT_TRUE(head) << head.error().to_string();
  EXPECT_EQ(head->headers.get("X-Seen"), "ours over");
  EXPECT_EQ(head->headers.get("Content-Length"), std::to_string(sizeof "HEAD /x 0 bytes" - 1));
}

TEST_F(NginxTest, TheServerAnswersAProxyOfHttp10) {
  EXPECT_EQ(seen({"POST", "/old/x", {}, "hello"}), "200 POST /x 5 bytes");
  const Result<Response> response = send({"GET", "/old/x"});
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->headers.get("X-Seen"), "ours over close");
}

TEST_F(NginxTest, TheServerTakesWhatCurlSendsThroughTheProxy) {
  if (!io::ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS -H 'Transfer-Encoding: chunked' -T - "
                  "URL/streamed/x"),
            "PUT /x 9000000 bytes chunked");
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS -H 'Transfer-Encoding: chunked' -T - "
                  "URL/kept/x"),
            "PUT /x 9000000 bytes");
  EXPECT_EQ(shell("head -c 9000000 /dev/zero | curl -sS -T - URL/old/back | wc -c"), "9000000\n");
  EXPECT_EQ(shell("curl -sS --compressed -d a=b URL/kept/x URL/kept/y"),
            "POST /x 3 bytesPOST /y 3 bytes");
}

Task<Result<std::string>> talk(Loop& loop, Connector& connector, Url url) {
  CO_TRY(auto socket, co_await WebSocket::connect(connector, url, {}, loop.in(10s)));
  std::string heard = socket->compresses() ? "compressed" : "plain";
  for (const size_t size : {5, 70'000, 1'000'000}) {
    CO_TRY_OK(co_await socket->send({.payload = std::string(size, 'x')}, loop.in(10s)));
    CO_TRY(auto message, co_await socket->receive(loop.in(10s)));
    heard += fmt::format(" {}", message ? message->payload.size() : 0);
  }
  CO_TRY_OK(co_await socket->close(wire::websocket::kNormalClosure, "", loop.in(10s)));
  co_return heard;
}

TEST_F(NginxTest, AWebSocketGoesThroughTheProxy) {
  for (const char* scheme : {"ws", "wss"}) {
    const Url url = *parse_websocket_url(
        fmt::format("{}://localhost:{}/live", scheme, scheme[2] ? tls_port_ : port_));
    Result<std::string> heard = loop_->run(talk(*loop_, *connector_, url));
    ASSERT_TRUE(heard) << heard.error().to_string();
    EXPECT_EQ(*heard, "compressed 5 70000 1000000");
  }
}

}  // namespace
}  // namespace peregrine::net
