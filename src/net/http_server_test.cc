#include "net/http_server.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Socket;
using io::Task;
using wire::Response;

// ---- handlers

Task<Response> echo(const HttpRequest& request) {
  Response response;
  response.body = fmt::format("{} {}", request.message.method, request.path);
  for (const auto& [name, value] : request.parameters) {
    response.body += fmt::format(" {}={}", name, value);
  }
  for (const auto& [name, value] : request.query)
    response.body += fmt::format(" ?{}={}", name, value);
  response.body += " " + request.message.body;
  co_return response;
}

// Looks at its request after a wait: the server must have kept it.
Task<Response> echo_late(Loop& loop, base::Duration span, const HttpRequest& request) {
  Result<> slept = co_await loop.sleep(span);
  if (!slept) co_return plain_response(503, slept.error().text);
  co_return co_await echo(request);
}

Task<Response> broken(const HttpRequest&) {
  Response response;
  response.headers.add("A", "b\r\nEvil: 1");
  co_return response;
}

// ---- clients

Task<Result<Socket>> connect(HttpServer& server, Loop& loop) {
  co_return co_await Socket::connect(loop, server.address(), loop.in(5s));
}

// What the server sends until `enough` ends the text, or until it closes.
Task<Result<std::string>> receive_until(Loop& loop, Socket& socket, std::string enough) {
  std::string text;
  std::vector<char> buffer(4096);
  while (enough.empty() || !text.ends_with(enough)) {
    CO_TRY(const size_t n, co_await socket.receive(buffer, loop.in(5s)));
    if (n == 0) break;
    text.append(buffer.data(), n);
  }
  co_return text;
}

// Everything the server answers to these bytes until it closes the connection.
Task<Result<std::string>> talk(HttpServer& server, Loop& loop, std::string bytes) {
  CO_TRY(Socket socket, co_await connect(server, loop));
  CO_TRY_OK(co_await socket.send(bytes, loop.in(5s)));
  co_return co_await receive_until(loop, socket, "");
}

class HttpServerTest : public testing::Test {
 protected:
  HttpServer& serve(HttpServerLimits limits = {}) {
    Router router;
    router.add("GET", "/echo/{id}", echo);
    router.add("POST", "/echo/{id}", echo);
    router.add("POST", "/count", [this](const HttpRequest& request) {
      ++counted_;
      return echo(request);
    });
    router.add("GET", "/late/{ms}", [this](const HttpRequest& request) {
      return echo_late(*loop_, std::stoi(request.parameter("ms")) * 1ms, request);
    });
    router.add("GET", "/broken", broken);
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router), limits);
    return *server_;
  }
  std::string answers(std::string bytes) {
    Result<std::string> text = loop_->run(talk(*server_, *loop_, std::move(bytes)));
    return text ? *text : text.error().to_string();
  }
  void TearDown() override {
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  std::unique_ptr<HttpServer> server_;
  int counted_ = 0;
};

std::string refused(std::string_view status, std::string_view text) {
  return fmt::format(
      "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n"
      "Content-Length: {}\r\n\r\n{}\n",
      status, text.size() + 1, text);
}

TEST_F(HttpServerTest, GivesHandlersPathParametersAndQueryDecoded) {
  serve();
  EXPECT_EQ(answers("POST /echo/a%2Fb?c=d+e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    "Content-Length: 2\r\n\r\nhi"),
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 31\r\n\r\n"
            "POST /echo/a/b id=a/b ?c=d e hi");
}

TEST_F(HttpServerTest, AnswersPipelinedRequestsInTheirOrder) {
  serve();
  EXPECT_EQ(answers("GET /late/3 HTTP/1.1\r\nHost: x\r\n\r\n"
                    "POST /echo/2 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "2\r\nhi\r\n0\r\n\r\n"
                    "GET /echo/3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nGET /late/3 ms=3 "
            "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nPOST /echo/2 id=2 hi"
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 17\r\n\r\nGET /echo/3 id=3 ");
}

TEST_F(HttpServerTest, AnswersHeadFromGetWithoutTheBody) {
  serve();
  EXPECT_EQ(answers("HEAD /echo/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 18\r\n\r\n");
}

TEST_F(HttpServerTest, TakesTheWholeUrlsOfProxies) {
  serve();
  EXPECT_TRUE(answers("GET http://x/echo/1?a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .ends_with("\r\n\r\nGET /echo/1 id=1 ?a= "));
}

TEST_F(HttpServerTest, ClosesForHttp10UnlessAskedToKeepAlive) {
  serve();
  EXPECT_EQ(answers("GET /echo/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                    "GET /echo/2 HTTP/1.0\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 17\r\n\r\n"
            "GET /echo/1 id=1 "
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 17\r\n\r\n"
            "GET /echo/2 id=2 ");
}

TEST_F(HttpServerTest, AnswersByItselfWhatNoHandlerTakes) {
  serve();
  EXPECT_EQ(answers("GET /no HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Connection: close\r\nContent-Length: 18\r\n\r\nnothing is at /no\n");
  EXPECT_EQ(answers("PUT /echo/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Allow: GET, HEAD, POST\r\nConnection: close\r\nContent-Length: 39\r\n\r\n"
            "/echo/1 takes GET, HEAD, POST, not PUT\n");
  EXPECT_TRUE(answers("GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(answers("GET /echo/1?%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, AResponseThatCannotBeSentIsA500) {
  serve();
  EXPECT_TRUE(answers("GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
}

TEST_F(HttpServerTest, RefusesBrokenRequestsAndCloses) {
  serve();
  EXPECT_EQ(answers("GET /echo/1 HTTP/1.1\r\n\r\nGET /echo/2 HTTP/1.1\r\nHost: x\r\n\r\n"),
            refused("400 Bad Request", "the request has no Host header, which HTTP/1.1 requires"));
}

TEST_F(HttpServerTest, RefusesWhatIsBeyondItsLimits) {
  serve({.message = {.start_line = 50, .header_line = 50, .body = 10}});
  EXPECT_EQ(answers("GET /" + std::string(100, 'a')),
            refused("414 URI Too Long", "the request line is longer than 50 bytes"));
  EXPECT_EQ(
      answers("GET / HTTP/1.1\r\nA: " + std::string(100, 'a')),
      refused("431 Request Header Fields Too Large", "the header line is longer than 50 bytes"));
  EXPECT_EQ(answers("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"),
            refused("413 Content Too Large", "the body is larger than 10 bytes"));
}

TEST_F(HttpServerTest, ARefusalArrivesAlthoughTheClientSendsOn) {
  serve({.message = {.body = 10}});
  EXPECT_EQ(answers("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n" +
                    std::string(3'000'000, 'a')),
            refused("413 Content Too Large", "the body is larger than 10 bytes"));
}

TEST_F(HttpServerTest, ClosesIdleConnections) {
  serve({.idle = 3ms});
  EXPECT_EQ(answers(""), "");
}

TEST_F(HttpServerTest, RefusesSlowRequests) {
  serve({.request = 3ms});
  EXPECT_EQ(answers("GET / HT"),
            refused("408 Request Timeout", "the request was not complete within 3.00 ms"));
}

Task<Result<std::string>> wait_for_invitation(HttpServer& server, Loop& loop) {
  CO_TRY(Socket socket, co_await connect(server, loop));
  CO_TRY_OK(
      co_await socket.send("POST /echo/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                           "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
                           loop.in(5s)));
  CO_TRY(std::string text, co_await receive_until(loop, socket, "\r\n\r\n"));
  CO_TRY_OK(co_await socket.send("4\r\n", loop.in(5s)));
  CO_TRY_OK(co_await loop.sleep(1ms));
  CO_TRY_OK(co_await socket.send("body\r\n0\r\n\r\n", loop.in(5s)));
  CO_TRY(std::string rest, co_await receive_until(loop, socket, ""));
  co_return text + rest;
}

TEST_F(HttpServerTest, InvitesTheBodyOnceWhenTheClientWaits) {
  serve();
  Result<std::string> text = loop_->run(wait_for_invitation(*server_, *loop_));
  ASSERT_TRUE(text) << text.error().to_string();
  EXPECT_EQ(*text,
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\n"
            "Content-Length: 22\r\n\r\nPOST /echo/1 id=1 body");
}

Task<Result<size_t>> three_at_once(HttpServer& server, Loop& loop) {
  CO_TRY(Socket first, co_await connect(server, loop));
  CO_TRY(Socket second, co_await connect(server, loop));
  CO_TRY(Socket third, co_await connect(server, loop));
  CO_TRY_OK(co_await loop.sleep(2ms));
  const size_t most = server.connections();
  first.abort();
  CO_TRY_OK(co_await third.send("GET /echo/3 HTTP/1.1\r\nHost: x\r\n\r\n", loop.in(5s)));
  CO_TRY(const std::string text, co_await receive_until(loop, third, "id=3 "));
  if (text.empty()) co_return base::fail(Code::closed, "the third was not answered");
  co_return most;
}

TEST_F(HttpServerTest, AcceptsNoMoreConnectionsThanItsLimit) {
  serve({.connections = 2});
  Result<size_t> most = loop_->run(three_at_once(*server_, *loop_));
  ASSERT_TRUE(most) << most.error().to_string();
  EXPECT_EQ(*most, 2U);
}

struct Stopped {
  Result<> result;
  std::string running;  // what the connection with a running request got
  std::string idle;     // what the idle one got
  bool refuses = false;
};

Task<Result<Stopped>> stop_while_running(HttpServer& server, Loop& loop, std::string request,
                                         base::Duration span) {
  CO_TRY(Socket idle, co_await connect(server, loop));
  CO_TRY(Socket running, co_await connect(server, loop));
  CO_TRY_OK(co_await running.send(request, loop.in(5s)));
  CO_TRY_OK(co_await loop.sleep(2ms));
  Stopped stopped;
  stopped.result = co_await server.stop(loop.in(span));
  CO_TRY(stopped.running, co_await receive_until(loop, running, ""));
  CO_TRY(stopped.idle, co_await receive_until(loop, idle, ""));
  stopped.refuses = !co_await connect(server, loop);
  co_return stopped;
}

TEST_F(HttpServerTest, StopFinishesWhatRunsAndClosesTheRest) {
  serve();
  Result<Stopped> stopped = loop_->run(
      stop_while_running(*server_, *loop_, "GET /late/10 HTTP/1.1\r\nHost: x\r\n\r\n", 5s));
  ASSERT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_TRUE(stopped->result);
  EXPECT_EQ(stopped->running,
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 19\r\n\r\n"
            "GET /late/10 ms=10 ");
  EXPECT_EQ(stopped->idle, "");
  EXPECT_TRUE(stopped->refuses);
}

TEST_F(HttpServerTest, StopCancelsAtItsDeadlineWhatStillRuns) {
  serve();
  Result<Stopped> stopped = loop_->run(
      stop_while_running(*server_, *loop_, "GET /late/100000 HTTP/1.1\r\nHost: x\r\n\r\n", 3ms));
  ASSERT_TRUE(stopped) << stopped.error().to_string();
  ASSERT_FALSE(stopped->result);
  EXPECT_EQ(stopped->result.error().code, Code::timeout);
  EXPECT_EQ(stopped->result.error().text,
            fmt::format("1 requests to {} were not finished when the server had to stop",
                        server_->address().to_string()));
  EXPECT_TRUE(stopped->running.starts_with("HTTP/1.1 503 ")) << stopped->running;
}

Task<Result<std::string>> stop_while_a_request_arrives(HttpServer& server, Loop& loop) {
  CO_TRY(Socket socket, co_await connect(server, loop));
  CO_TRY_OK(co_await loop.sleep(2ms));
  CO_TRY_OK(co_await socket.send("POST /count HTTP/1.1\r\nHost: x\r\n\r\n", loop.in(5s)));
  CO_TRY_OK(co_await server.stop(loop.in(5s)));
  co_return co_await receive_until(loop, socket, "");
}

TEST_F(HttpServerTest, ARequestThatStopLeavesUnansweredIsNotCarriedOut) {
  serve();
  Result<std::string> text = loop_->run(stop_while_a_request_arrives(*server_, *loop_));
  EXPECT_EQ(text.value_or("an error"), "");
  EXPECT_EQ(counted_, 0);
}

Task<void> leave_a_request_running(HttpServer& server, Loop& loop) {
  Result<Socket> socket = co_await connect(server, loop);
  (void)co_await socket->send("GET /late/100000 HTTP/1.1\r\nHost: x\r\n\r\n", loop.in(5s));
  (void)co_await loop.sleep(2ms);
}

TEST_F(HttpServerTest, MayEndWhileRequestsRun) {
  serve();
  loop_->run(leave_a_request_running(*server_, *loop_));
}

}  // namespace
}  // namespace peregrine::net
