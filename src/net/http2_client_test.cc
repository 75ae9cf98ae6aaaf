// The client over HTTP/2, with a server in memory that does what a test tells it.
#include "net/http2_client.h"

#include <gtest/gtest.h>

#include "io/memory_stream.h"
#include "net/http2_pool.h"
#include "net/http_client.h"
#include "net/line_fixture.h"
#include "wire/http2_raw.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Error;
using base::Result;
using io::Deadline;
using io::Loop;
using io::MemoryStream;
using io::Stream;
using io::Task;
using wire::Request;
using wire::Response;
using wire::http2::Incoming;
using wire::http2::ServerSession;
namespace raw = wire::http2::raw;

// A stream that counts what is sent, and says that ALPN has chosen this.
class Counted final : public Stream {
 public:
  Counted(std::unique_ptr<Stream> below, std::string protocol, int& sends)
      : below_(std::move(below)), protocol_(std::move(protocol)), sends_(sends) {}
  Task<Result<size_t>> receive(std::span<char> into, Deadline deadline) override {
    return below_->receive(into, deadline);
  }
  Task<Result<>> send(std::string_view bytes, Deadline deadline) override {
    ++sends_;
    return below_->send(bytes, deadline);
  }
  Task<Result<>> finish_sending(Deadline deadline) override {
    return below_->finish_sending(deadline);
  }
  void abort() override { below_->abort(); }
  bool is_quiet() const override { return below_->is_quiet(); }
  std::string protocol() const override { return protocol_; }
  Loop& loop() override { return below_->loop(); }

 private:
  std::unique_ptr<Stream> below_;
  std::string protocol_;
  int& sends_;
};

// Each of its connections answers a request with its target, but those to /held together with the
// next, and those to /never not at all; or it says, once, what its script says.
class Server final : public Connector {
 public:
  explicit Server(Loop& loop) : loop_(loop), tasks_(loop) {}

  Task<Result<std::unique_ptr<Stream>>> connect(Origin to, Deadline deadline) override {
    CO_TRY_OK(co_await loop_.sleep(1ms));
    if (refuses) co_return base::fail(Code::refused, "nobody is there");
    if (deadline.at <= loop_.now()) co_return base::fail(Code::timeout, "too late");
    auto [near, far] = MemoryStream::pair(loop_);
    std::string script;
    if (connections < scripts.size()) script = scripts[connections];
    ++connections;
    const bool http1 = to.http == Http::one || speaks_http1;
    tasks_.spawn(http1 ? serve_http1(std::move(far)) : serve(std::move(far), std::move(script)));
    co_return std::make_unique<Counted>(std::move(near), http1 ? "http/1.1" : "h2", sends);
  }
  void end_script() { scripted_->abort(); }

  bool refuses = false;
  bool speaks_http1 = false;
  std::vector<std::string> scripts;  // of the first connections
  wire::http2::Limits limits;
  size_t connections = 0;
  size_t http1_connections = 0;
  int sends = 0;  // of the client
  std::vector<std::string> seen;
  std::string received;  // over HTTP/2

 private:
  Task<void> serve_http1(std::unique_ptr<Stream> stream) {
    ++http1_connections;
    std::vector<char> buffer(10'000);
    std::string seen_here;
    for (;;) {
      Result<size_t> size = co_await stream->receive(buffer, Deadline::never());
      if (!size || *size == 0) co_return;
      seen_here.append(buffer.data(), *size);
      if (!seen_here.ends_with("\r\n\r\n")) continue;
      seen_here.clear();
      (void)co_await stream->send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none",
                                  Deadline::never());
    }
  }

  // Says this when something comes, and then nothing any more.
  Task<void> play(Stream& stream, std::string script) {
    std::vector<char> buffer(10'000);
    const bool ends = script.ends_with("END");
    if (ends) script.resize(script.size() - 3);
    scripted_ = &stream;
    (void)co_await stream.receive(buffer, Deadline::never());
    (void)co_await stream.send(raw::server_begins() + script, Deadline::never());
    if (ends) (void)co_await stream.finish_sending(Deadline::never());
    for (Result<size_t> size = 1; size && *size > 0;) {
      size = co_await stream.receive(buffer, Deadline::never());
    }
  }

  Task<void> serve(std::unique_ptr<Stream> stream, std::string script) {
    if (!script.empty()) co_return co_await play(*stream, std::move(script));
    ServerSession session(limits);
    std::vector<char> buffer(100'000);
    std::vector<Incoming*> held;
    std::string out;
    for (;;) {
      out.clear();
      session.take_output(out);
      if (!out.empty()) {
        if (!co_await stream->send(out, Deadline::never())) co_return;
        continue;
      }
      Result<size_t> size = co_await stream->receive(buffer, Deadline::never());
      if (!size || *size == 0) co_return;
      received.append(buffer.data(), *size);
      if (!session.feed({buffer.data(), *size})) co_return;
      while (Incoming* one = session.next_request()) take(session, *one, held);
    }
  }

  void take(ServerSession& session, Incoming& one, std::vector<Incoming*>& held) {
    const std::string target = one.request.target;
    seen.push_back(one.request.method + " " + target);
    if (target == "/never") return;
    if (target == "/one") return session.reset(one, ServerSession::Reason::http1_required);
    if (target == "/alone") {
      ASSERT_TRUE(session.answer(one, {200, "", {}, target}));
      return;
    }
    held.push_back(&one);
    if (target == "/held") return;
    while (!held.empty()) {
      ASSERT_TRUE(session.answer(*held.back(), {200, "", {}, held.back()->request.target}));
      held.pop_back();
    }
  }

  Loop& loop_;
  Stream* scripted_ = nullptr;
  io::Scope tasks_;
};

class Http2ClientTest : public testing::Test {
 protected:
  void TearDown() override {
    client_.reset();
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }
  void begin(HttpClientLimits limits = {}) {
    server_ = std::make_unique<Server>(*loop_);
    client_ = std::make_unique<HttpClient>(*loop_, *server_, limits);
  }
  Task<void> ask(std::string& seen, Request request, base::Duration within = 5s) {
    Result<Response> answer =
        co_await client_->send(origin_, std::move(request), loop_->in(within));
    seen = answer
               ? fmt::format("{} {}", answer->status, answer->body)
               : fmt::format("{}: {}", to_string(answer.error().code), answer.error().to_string());
  }
  Task<void> ask_in_line(std::string& seen, Request request, Line& line) {
    HttpCall call = client_->call();
    call.request() = std::move(request);
    call.set_last_byte(&line);
    const Result<> answered = co_await client_->send(call, origin_, loop_->in(5s));
    seen = answered ? fmt::format("{} {}", call.response().status, call.response().body)
                    : answered.error().to_string();
  }
  std::string asked(Request request, base::Duration within = 5s) {
    std::string seen;
    loop_->run(ask(seen, std::move(request), within));
    return seen;
  }
  Task<void> ask_all(std::vector<std::string>& seen, std::vector<Request> requests) {
    io::Scope scope(*loop_);
    seen.resize(requests.size());
    for (size_t i = 0; i < requests.size(); ++i) scope.spawn(ask(seen[i], std::move(requests[i])));
    (void)co_await scope.join(Deadline::never());
  }
  std::vector<std::string> all_asked(std::vector<Request> requests) {
    std::vector<std::string> seen;
    loop_->run(ask_all(seen, std::move(requests)));
    return seen;
  }

  std::unique_ptr<Loop> loop_ = Loop::simulated(1);
  std::unique_ptr<Server> server_;
  std::unique_ptr<HttpClient> client_;
  Origin origin_{"shop.test", 443, true, Http::either};
};

TEST_F(Http2ClientTest, RequestsShareAConnection) {
  begin();
  std::vector<Request> requests;
  for (int i = 0; i < 50; ++i) requests.push_back({"GET", fmt::format("/{}", i)});
  const std::vector<std::string> seen = all_asked(requests);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(seen[i], fmt::format("200 /{}", i));
  EXPECT_EQ(asked({"POST", "/a", {}, "text"}), "200 /a");
  EXPECT_EQ(server_->connections, 1U);
  EXPECT_EQ(client_->idle(), 1U);
  client_->close_idle();
  EXPECT_EQ(client_->idle(), 0U);
  EXPECT_EQ(asked({"GET", "/b"}), "200 /b");
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(Http2ClientTest, WhatIsSentInOneTurnIsOneWrite) {
  loop_ = *Loop::create();
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  server_->sends = 0;
  EXPECT_EQ(all_asked(std::vector<Request>(20, {"GET", "/a"})),
            std::vector<std::string>(20, "200 /a"));
  EXPECT_LE(server_->sends, 3);  // of 20 requests; and what opens a window or answers SETTINGS
}

TEST_F(Http2ClientTest, HoldsTheLastByteOfABodyBackUntilItMayGo) {
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  server_->received.clear();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"POST", "/a", {}, "text"}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_TRUE(server_->received.ends_with(raw::frame(raw::kData, 0, 3, "tex")));
  EXPECT_EQ(server_->seen, (std::vector<std::string>{"GET /first"}));
  server_->received.clear();
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(server_->received, raw::frame(raw::kData, raw::kEndStream, 3, "t"));
  EXPECT_EQ(seen, "200 /a");
}

// Services begin when they have the headers: they are not sent ahead.
TEST_F(Http2ClientTest, HoldsARequestWithoutABodyBackUntilItMayGo) {
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  server_->received.clear();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"GET", "/a"}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_EQ(server_->received, "");
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, "200 /a");
}

TEST_F(Http2ClientTest, LastBytesThatGoAtOnceAreOneWrite) {
  loop_ = *Loop::create();
  begin();
  EXPECT_EQ(asked({"GET", "/first"}), "200 /first");
  Line line(*loop_);
  std::vector<std::string> seen(20);
  io::Scope scope(*loop_);
  for (std::string& one : seen) {
    scope.spawn(ask_in_line(one, {"POST", "/a", {}, std::string(5'000, 'x')}, line));
  }
  (void)loop_->run(scope.join(loop_->in(50ms)));
  EXPECT_EQ(line.waiting, 20U);
  EXPECT_EQ(server_->seen.size(), 1U);
  server_->sends = 0;
  server_->received.clear();
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, std::vector<std::string>(20, "200 /a"));
  EXPECT_EQ(server_->connections, 1U);
  EXPECT_LE(server_->sends, 3);  // of 20 last bytes; and what opens a window
  EXPECT_LT(server_->received.size(), 1'000U);
}

// More than a server takes at once before it opens its window.
TEST_F(Http2ClientTest, ALastByteOfALargeBodyWaitsForTheOthers) {
  begin();
  Line line(*loop_);
  std::string seen;
  io::Scope scope(*loop_);
  scope.spawn(ask_in_line(seen, {"POST", "/a", {}, std::string(3'000'000, 'x')}, line));
  (void)loop_->run(scope.join(loop_->in(100ms)));
  EXPECT_EQ(line.waiting, 1U);
  EXPECT_GT(server_->received.size(), 3'000'000U);
  EXPECT_TRUE(server_->seen.empty());
  line.open();
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen, "200 /a");
}

TEST_F(Http2ClientTest, AConnectionTakesSoManyStreams) {
  for (const size_t streams : {1, 2, 3}) {
    begin({.http2_streams = streams});
    all_asked(std::vector<Request>(6, {"GET", "/go"}));
    EXPECT_EQ(server_->connections, 6 / streams);
  }
  // The server allows less; what it has not said yet is not known.
  begin();
  server_->limits.streams = 2;
  EXPECT_EQ(all_asked(std::vector<Request>(6, {"GET", "/go"})),
            std::vector<std::string>(6, "200 /go"));
  EXPECT_LE(server_->connections, 3U);
}

TEST_F(Http2ClientTest, ADeadlineEndsItsOwnRequestOnly) {
  begin();
  std::vector<std::string> seen(3);
  io::Scope scope(*loop_);
  scope.spawn(ask(seen[0], {"GET", "/never"}, 10ms));
  scope.spawn(ask(seen[1], {"GET", "/held"}));
  (void)loop_->run(scope.join(loop_->in(5ms)));
  EXPECT_EQ(asked({"GET", "/alone"}), "200 /alone");
  (void)loop_->run(scope.join(loop_->in(100ms)));
  scope.spawn(ask(seen[2], {"GET", "/go"}));
  (void)loop_->run(scope.join(Deadline::never()));
  EXPECT_EQ(seen[0], "timeout: no answer from shop.test:443 within 10.0 ms; sent GET /never");
  EXPECT_EQ(seen[1], "200 /held");
  EXPECT_EQ(seen[2], "200 /go");
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(Http2ClientTest, AConnectionThatGaveNoSignIsNotUsedAgain) {
  begin();
  EXPECT_EQ(asked({"GET", "/a"}), "200 /a");
  EXPECT_EQ(asked({"GET", "/never"}, 10ms).substr(0, 8), "timeout:");
  EXPECT_EQ(asked({"GET", "/b"}), "200 /b");
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(Http2ClientTest, ARequestThatIsCancelledLeavesNothing) {
  begin();
  std::string seen;
  {
    io::Scope scope(*loop_);
    scope.spawn(ask(seen, {"GET", "/never"}));
    (void)loop_->run(scope.join(loop_->in(100ms)));
  }
  EXPECT_EQ(asked({"GET", "/a"}), "200 /a");
  EXPECT_EQ(server_->connections, 1U);
}

TEST_F(Http2ClientTest, WhatTheServerHasNotProcessedIsSentAgain) {
  for (const std::string& script : {raw::goaway(0, 0), raw::reset(1, 7) + raw::goaway(1, 0)}) {
    begin();
    server_->scripts = {script + "END"};
    EXPECT_EQ(asked({"POST", "/a", {}, "text"}), "200 /a");
  }
  begin();
  server_->scripts.assign(Http2Pool::kMostRepeats + 1, raw::goaway(0, 0) + "END");
  EXPECT_EQ(asked({"POST", "/a"}),
            "closed: POST /a to shop.test:443: the server ends the connection before this request");
  EXPECT_EQ(server_->connections, Http2Pool::kMostRepeats + 1);
}

TEST_F(Http2ClientTest, WhatMayHaveBeenCarriedOutIsNotSentAgain) {
  for (const std::string& script : {raw::goaway(1, 0) + "END", raw::reset(1, 2)}) {
    begin();
    server_->scripts = {script};
    const std::string seen = asked({"POST", "/a"});
    EXPECT_EQ(seen.substr(0, 34), "closed: POST /a to shop.test:443: ") << seen;
    EXPECT_EQ(server_->connections, 1U);
  }
}

TEST_F(Http2ClientTest, AnIdempotentRequestIsSentAgainIfTheConnectionHadBeenUsed) {
  const std::string answer = raw::headers(1, raw::kEndStream, {{":status", "204"}});
  for (const std::string method : {"GET", "POST"}) {
    begin();
    server_->scripts = {answer};  // and nothing to what comes next
    EXPECT_EQ(asked({"GET", "/a"}), "204 ");
    std::string seen;
    io::Scope scope(*loop_);
    scope.spawn(ask(seen, {method, "/b"}));
    (void)loop_->run(scope.join(loop_->in(100ms)));
    server_->end_script();
    (void)loop_->run(scope.join(Deadline::never()));
    EXPECT_EQ(seen.substr(0, 6), method == "GET" ? "200 /b" : "closed") << seen;
  }
}

TEST_F(Http2ClientTest, AnAnswerThatBreaksHttp2Fails) {
  begin();
  server_->scripts = {raw::headers(1, raw::kEndStream, {{"a", "b"}}),
                      raw::headers(0, 0, {{":status", "200"}})};
  EXPECT_EQ(asked({"GET", "/a"}),
            "protocol: GET /a to shop.test:443: the answer breaks HTTP/2: Violation in HTTP "
            "messaging rule");
  client_->close_idle();
  EXPECT_EQ(asked({"GET", "/a"}).substr(0, 73),
            "protocol: GET /a to shop.test:443: the other side breaks HTTP/2: PROTOCOL");
  EXPECT_EQ(asked({"GET", "/a"}), "200 /a");
  EXPECT_EQ(server_->connections, 3U);
}

TEST_F(Http2ClientTest, LimitsAreThoseOfMessages) {
  begin({.message = {.body = 3}});
  EXPECT_EQ(asked({"GET", "/abc"}),
            "limit: GET /abc to shop.test:443: the body of the answer is larger than 3 bytes");
  EXPECT_EQ(asked({"GET", "/ab"}), "200 /ab");
  // More of that answer may come: the next request does not wait behind it.
  EXPECT_EQ(server_->connections, 2U);
}

TEST_F(Http2ClientTest, AServerThatChoosesHttp1IsSpokenToSo) {
  begin();
  server_->speaks_http1 = true;
  EXPECT_EQ(asked({"GET", "/a"}), "200 one");
  EXPECT_EQ(asked({"GET", "/a"}), "200 one");
  EXPECT_EQ(server_->connections, 1U);
  // It is not offered HTTP/2 again, nor is another of its name that would take it.
  server_->speaks_http1 = false;
  EXPECT_EQ(all_asked(std::vector<Request>(3, {"GET", "/a"})),
            std::vector<std::string>(3, "200 one"));
  server_->speaks_http1 = true;
  origin_.http = Http::two;
  EXPECT_EQ(asked({"GET", "/a"}), "protocol: shop.test:443 does not speak HTTP/2");
}

TEST_F(Http2ClientTest, WhatWantsHttp1IsAskedSo) {
  begin();
  EXPECT_EQ(asked({"GET", "/a"}), "200 /a");
  EXPECT_EQ(asked({"GET", "/one"}), "200 one");
  EXPECT_EQ(asked({"GET", "/b"}), "200 /b");
  EXPECT_EQ(server_->connections, 2U);
  EXPECT_EQ(server_->http1_connections, 1U);
}

TEST_F(Http2ClientTest, ConnectionsThatCannotBeMade) {
  begin();
  server_->refuses = true;
  for (const std::string& seen : all_asked(std::vector<Request>(3, {"GET", "/a"}))) {
    EXPECT_EQ(seen, "refused: nobody is there");
  }
  server_->refuses = false;
  EXPECT_EQ(asked({"GET", "/a"}, 1ms),
            "timeout: no connection to shop.test:443 within 1.00 ms; it was for GET /a");
  EXPECT_EQ(asked({"GET", "/a"}), "200 /a");
}

}  // namespace
}  // namespace peregrine::net
