// For tests of the client over HTTP/2: a server in memory that does what a test tells it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/memory_stream.h"
#include "io/no_frames_left.h"
#include "net/http_client.h"
#include "net/line_fixture.h"
#include "wire/http2.h"
#include "wire/http2_raw.h"

namespace peregrine::net::http2_test {

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

}  // namespace peregrine::net::http2_test
