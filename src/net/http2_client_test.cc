// The client over HTTP/2, with a server in memory.
#include "net/http2_client_fixture.h"

namespace peregrine::net::http2_test {
namespace {

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
}  // namespace peregrine::net::http2_test
