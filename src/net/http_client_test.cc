#include "net/http_client.h"

#include <gtest/gtest.h>

#include "io/scope.h"
#include "io/socket.h"
#include "net/line_fixture.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Loop;
using io::Socket;
using io::Task;
using wire::Request;
using wire::Response;

// What a server does with a connection: for each request a canned answer, then it reads a little
// of the next request, without waiting for the rest, and answers that, if the script says so; then
// it closes the connection or holds it.
struct Script {
  std::vector<std::string> answers;
  bool then_close = true;
  size_t then_read = 0;
  std::string then_answer{};
};

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class FakeServer {
 public:
  FakeServer(Loop& loop, std::vector<Script> scripts, std::string host = "127.0.0.1")
      : listener_(*io::Listener::open(loop, {std::move(host), 0, ""})),
        scripts_(std::move(scripts)),
        scope_(loop) {
    scope_.spawn(run());
  }
  Origin origin() const { return {"127.0.0.1", listener_.address().port}; }

  std::vector<std::string> requests;  // each with the number of its connection

 private:
  Task<void> run() {
    for (size_t i = 0; i < scripts_.size(); ++i) {
      Result<Socket> socket = co_await listener_.accept(Deadline::never());
      if (!socket) co_return;
      co_await play(i, *socket);
      if (!scripts_[i].then_close) open_.push_back(*std::move(socket));
    }
  }
  Task<void> play(size_t number, Socket& socket) {
    wire::http1::RequestParser parser;
    std::vector<char> buffer(65536);
    for (const std::string& answer : scripts_[number].answers) {
      while (!parser.done()) {
        Result<size_t> n = co_await socket.receive(buffer, Deadline::never());
        if (!n || *n == 0) co_return;
        EXPECT_TRUE(parser.feed({buffer.data(), *n}));
      }
      const Request request = parser.take();
      requests.push_back(fmt::format("{} {} {} {}", number, request.method, request.target,
                                     request.headers.get("Host")));
      (void)co_await socket.send(answer, Deadline::never());
    }
    buffer.resize(scripts_[number].then_read);
    if (!buffer.empty()) (void)co_await socket.receive(buffer, Deadline::never());
    (void)co_await socket.send(scripts_[number].then_answer, Deadline::never());
  }

  io::Listener listener_;
  std::vector<Script> scripts_;
  std::vector<Socket> open_;
  io::Scope scope_;
};

// The deadline is counted from the turn in which the request begins.
Task<Result<Response>> send_within(HttpClient& client, Loop& loop, Origin origin, Request request,
                                   base::Duration span) {
  co_return co_await client.send(std::move(origin), std::move(request), loop.in(span));
}

class HttpClientTest : public testing::Test {
 protected:
  std::string send(Request request, base::Duration within = 5s) {
    return send(server_->origin(), std::move(request), within);
  }
  std::string send(Origin origin, Request request, base::Duration within = 5s) {
    Result<Response> response =
        loop_->run(send_within(client_, *loop_, std::move(origin), std::move(request), within));
    if (!response) {
      error_ = response.error();
      return response.error().to_string();
    }
    return fmt::format("{} {}", response->status, response->body);
  }
  void serve(std::vector<Script> scripts) {
    server_ = std::make_unique<FakeServer>(*loop_, std::move(scripts));
  }
  std::string host() const { return server_->origin().to_string(); }
  // Lets the end of a connection arrive.
  void settle() { (void)loop_->run(loop_->sleep(2ms)); }
  void TearDown() override {
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  std::unique_ptr<Loop> loop_ = *Loop::create();
  HttpClient client_{*loop_, {.idle_per_origin = 2, .idle_connections = 3}};
  std::unique_ptr<FakeServer> server_;
  base::Error error_;
};

using Lines = std::vector<std::string>;

TEST_F(HttpClientTest, KeepsItsConnectionAndSetsHost) {
  serve({{.answers = {std::string(kOk), std::string(kOk)}, .then_close = false}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(client_.idle(), 1U);
  EXPECT_EQ(send({"POST", "/2", {{"host", "other"}}, "body"}), "200 ok");
  EXPECT_EQ(server_->requests, (Lines{"0 GET /1 " + host(), "0 POST /2 other"}));
}

Task<void> post(HttpClient& client, Origin origin, Line& line, Deadline deadline, int& status) {
  HttpCall call = client.call();
  call.request() = {"POST", "/1", {{"Host", "a"}}, "body"};
  call.set_last_byte(&line);
  if (co_await client.send(call, origin, deadline)) status = call.response().status;
}

// What comes before the line is opened, and behind it.
Task<std::pair<std::string, std::string>> read_in_two(HttpClient& client, Loop& loop, int& status) {
  io::Listener listener = *io::Listener::open(loop, {"127.0.0.1", 0, ""});
  Line line(loop);
  std::pair<std::string, std::string> came;
  io::Scope sending(loop);
  sending.spawn(post(client, {"127.0.0.1", listener.address().port}, line, loop.in(5s), status));
  Socket socket = *co_await listener.accept(loop.in(5s));
  std::vector<char> buffer(4096);
  came.first.assign(buffer.data(), *co_await socket.receive(buffer, loop.in(5s)));
  (void)co_await loop.sleep(2ms);
  EXPECT_TRUE(socket.is_quiet());
  line.open();
  came.second.assign(buffer.data(), *co_await socket.receive(buffer, loop.in(5s)));
  (void)co_await socket.send(kOk, loop.in(5s));
  (void)co_await sending.join(loop.in(5s));
  co_return came;
}

TEST_F(HttpClientTest, HoldsTheLastByteBackUntilItMayGo) {
  int status = 0;
  const auto [before, behind] = loop_->run(read_in_two(client_, *loop_, status));
  EXPECT_EQ(before, "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbod");
  EXPECT_EQ(behind, "y");
  EXPECT_EQ(status, 200);
  client_.close_idle();
}

TEST_F(HttpClientTest, TakesAFreshConnectionAfterCloseFromEitherSide) {
  const std::string closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  serve({{{closing}}, {{std::string(kOk)}}, {{"HTTP/1.1 200 OK\r\n\r\nto the end"}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(client_.idle(), 0U);
  EXPECT_EQ(send({"GET", "/2", {{"Connection", "close"}}}), "200 ok");
  EXPECT_EQ(client_.idle(), 0U);
  EXPECT_EQ(send({"GET", "/3"}), "200 to the end");
  EXPECT_EQ(client_.idle(), 0U);
}

TEST_F(HttpClientTest, DoesNotTrustAConnectionWithBytesNobodyAskedFor) {
  serve({{{std::string(kOk) + "HTTP/1.1 200 OK\r\n"}, false}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(client_.idle(), 0U);
}

TEST_F(HttpClientTest, AKeptConnectionThatWasClosedIsNotUsed) {
  serve({{{std::string(kOk)}}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  settle();
  EXPECT_EQ(send({"POST", "/2"}), "200 ok");
  EXPECT_EQ(server_->requests, (Lines{"0 GET /1 " + host(), "1 POST /2 " + host()}));
}

TEST_F(HttpClientTest, RepeatsAnIdempotentRequestOnceWhenAKeptConnectionEnds) {
  serve({{{std::string(kOk), ""}}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(send({"PUT", "/2"}), "200 ok");
  EXPECT_EQ(server_->requests,
            (Lines{"0 GET /1 " + host(), "0 PUT /2 " + host(), "1 PUT /2 " + host()}));
}

TEST_F(HttpClientTest, NeverRepeatsAPostThatWasSent) {
  serve({{{std::string(kOk), ""}}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(send({"POST", "/2"}),
            "POST /2 to " + host() + ": the connection was closed without a response");
  EXPECT_EQ(error_.code, Code::closed);
  EXPECT_EQ(server_->requests, (Lines{"0 GET /1 " + host(), "0 POST /2 " + host()}));
}

TEST_F(HttpClientTest, RepeatsAPostThatTheServerCannotHaveReadWhole) {
  serve({{.answers = {std::string(kOk)}, .then_read = 1}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}), "200 ok");
  EXPECT_EQ(send({"POST", "/2", {}, std::string(20'000'000, 'a')}), "200 ok");
  EXPECT_EQ(server_->requests, (Lines{"0 GET /1 " + host(), "1 POST /2 " + host()}));
}

TEST_F(HttpClientTest, NeverRepeatsOnAFreshConnectionOrAfterTheFirstByte) {
  serve({{{""}}, {{std::string(kOk), "H"}}, {{std::string(kOk)}}});
  EXPECT_EQ(send({"GET", "/1"}),
            "GET /1 to " + host() + ": the connection was closed without a response");
  EXPECT_EQ(send({"GET", "/2"}), "200 ok");
  EXPECT_EQ(send({"GET", "/3"}),
            "GET /3 to " + host() +
                ": the connection was closed before the end of the response's headers");
  EXPECT_EQ(server_->requests.size(), 3U);
}

TEST_F(HttpClientTest, ReadsTheAnswerOfAServerThatDoesNotWaitForTheBody) {
  serve({{.answers = {},
          .then_read = 1,
          .then_answer = "HTTP/1.1 413 No\r\nContent-Length: 8\r\n\r\ntoo much"}});
  EXPECT_EQ(send({"POST", "/", {}, std::string(20'000'000, 'a')}), "413 too much");
  EXPECT_EQ(client_.idle(), 0U);
}

TEST_F(HttpClientTest, ReadsTheAnswerOfAServerThatReadsNothing) {
  serve({{.answers = {},
          .then_close = false,
          .then_answer = "HTTP/1.1 413 No\r\nContent-Length: 8\r\n\r\ntoo much"}});
  EXPECT_EQ(send({"POST", "/", {}, std::string(20'000'000, 'a')}), "413 too much");
  EXPECT_EQ(client_.idle(), 0U);
}

TEST_F(HttpClientTest, SaysThatALargeRequestWasNotTaken) {
  serve({{.answers = {}, .then_close = false}});
  EXPECT_EQ(send({"POST", "/", {}, std::string(20'000'000, 'a')}, 20ms),
            host() + " did not take all of POST / within 20.0 ms");
}

TEST_F(HttpClientTest, AConnectionThatTookALargeRequestIsKept) {
  serve({{.answers = {std::string(kOk), std::string(kOk)}, .then_close = false}});
  EXPECT_EQ(send({"POST", "/", {}, std::string(100'000, 'a')}), "200 ok");
  EXPECT_EQ(client_.idle(), 1U);
  EXPECT_EQ(send({"GET", "/"}), "200 ok");
}

TEST_F(HttpClientTest, AConnectionThatWaitedLongIsNotUsed) {
  HttpClient hasty(*loop_, {.idle_for = 1ms});
  serve({{{std::string(kOk)}, false}, {{std::string(kOk)}, false}});
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(loop_->run(send_within(hasty, *loop_, server_->origin(), {"POST", "/"}, 5s)));
    settle();
  }
  EXPECT_EQ(server_->requests, (Lines{"0 POST / " + host(), "1 POST / " + host()}));
}

TEST_F(HttpClientTest, SaysWhatItWaitedFor) {
  serve({{.answers = {""}, .then_close = false},
         {.answers = {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"}, .then_close = false},
         {.answers = {}, .then_close = false, .then_read = 1}});
  EXPECT_EQ(send({"POST", "/x"}, 5ms),
            "no answer from " + host() + " within 5.00 ms; sent POST /x");
  EXPECT_EQ(error_.code, Code::timeout);
  EXPECT_EQ(send({"GET", "/x"}, 5ms),
            "the answer of " + host() + " was not complete within 5.00 ms; sent GET /x");
  EXPECT_EQ(send({"POST", "/x", {}, std::string(20'000'000, 'a')}, 20ms),
            host() + " did not take all of POST /x within 20.0 ms");
}

TEST_F(HttpClientTest, RefusesWhatItCannotSend) {
  serve({});
  EXPECT_EQ(send({"GET", "/a b"}),
            "'/a b' cannot be a request target: spaces and control characters must be "
            "percent-encoded");
}

TEST_F(HttpClientTest, SaysWhereNobodyListens) {
  EXPECT_EQ(send({"127.0.0.1", 1}, {"GET", "/"}), "connect to 127.0.0.1:1: Connection refused");
  EXPECT_EQ(error_.code, Code::refused);
}

TEST_F(HttpClientTest, FindsTheAddressOfLocalhostThatIsListenedOn) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    if (!io::Listener::open(*loop_, {address, 0, ""})) continue;  // a machine without IPv6
    FakeServer server(*loop_, {{{std::string(kOk)}}}, address);
    EXPECT_EQ(send({"localhost", server.origin().port}, {"GET", "/"}), "200 ok") << address;
  }
}

TEST_F(HttpClientTest, SaysHowAnAnswerBreaksTheProtocol) {
  serve({{{"SSH-2.0-OpenSSH_9.2\r\n"}}});
  EXPECT_EQ(send({"GET", "/"}), "GET / to " + host() +
                                    ": the version is 'SSH-2.0-'; HTTP/1.1 and HTTP/1.0 are "
                                    "spoken here");
  EXPECT_EQ(error_.code, Code::protocol);
}

Task<void> send_one(HttpClient& client, Loop& loop, Origin origin, size_t& good) {
  Result<Response> response = co_await client.send(std::move(origin), {"GET", "/"}, loop.in(5s));
  good += response.has_value();
}

Task<void> send_side_by_side(HttpClient& client, Loop& loop, std::vector<Origin> to, size_t& good) {
  io::Scope scope(loop);
  for (const Origin& origin : to) scope.spawn(send_one(client, loop, origin, good));
  (void)co_await scope.join(loop.in(5s));
}

Task<void> send_into(HttpClient& client, Loop& loop, Origin origin, base::Duration within,
                     std::string& said) {
  Result<Response> response = co_await client.send(std::move(origin), Request{}, loop.in(within));
  said = response ? response->body : std::string(base::to_string(response.error().code));
}

Task<void> send_side_by_side(HttpClient& one, HttpClient& other, Loop& loop, Origin origin,
                             std::string& first, std::string& second) {
  io::Scope scope(loop);
  scope.spawn(send_into(one, loop, origin, 300ms, first));
  (void)co_await loop.sleep(100ms);
  scope.spawn(send_into(other, loop, origin, 5s, second));
  (void)co_await scope.join(Deadline::never());
}

TEST_F(HttpClientTest, BodiesThatComeAtTheSameTimeHaveALimitTogether) {
  const std::string part = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + std::string(60, 'x');
  serve({{{part}, false}, {{part}, false}, {{part + std::string(40, 'x')}}});
  HttpClient one(*loop_, {.bodies = 100});
  HttpClient other(HttpClient::OtherUser::of, one);
  std::string first, second;
  loop_->run(send_side_by_side(one, other, *loop_, server_->origin(), first, second));
  EXPECT_EQ(first, "timeout");
  EXPECT_EQ(second, "limit");
  loop_->run(send_into(other, *loop_, server_->origin(), 5s, first));
  EXPECT_EQ(first, std::string(100, 'x'));
}

TEST_F(HttpClientTest, KeepsNoMoreIdleConnectionsThanItsLimits) {
  const Script keep{{std::string(kOk)}, false};
  FakeServer a(*loop_, {keep, keep, keep});
  FakeServer b(*loop_, {keep, keep});
  size_t good = 0;
  loop_->run(send_side_by_side(client_, *loop_, {a.origin(), a.origin(), a.origin()}, good));
  EXPECT_EQ(good, 3U);
  EXPECT_EQ(client_.idle(), 2U);
  loop_->run(send_side_by_side(client_, *loop_, {b.origin(), b.origin()}, good));
  EXPECT_EQ(good, 5U);
  EXPECT_EQ(client_.idle(), 3U);
  client_.close_idle();
  EXPECT_EQ(client_.idle(), 0U);
}

}  // namespace
}  // namespace peregrine::net
