// Both ends with each other; what each makes of bytes that no proper peer sends is in
// http2_limits_test.cc.
#include "wire/http2.h"

#include <gtest/gtest.h>

#include "wire/http2_raw.h"

namespace peregrine::wire::http2 {
namespace {

using base::Code;
using base::Error;
using base::Result;

struct TestCall final : Call {
  void ended() override { ++ends; }
  int ends = 0;
};

class Http2Test : public testing::Test {
 protected:
  // Gives each end what the other says, in pieces of this size, until both are silent. The server
  // answers with what `answer_` makes of a request, unless it is null.
  void exchange(size_t piece = SIZE_MAX) {
    for (bool said = true; said;) {
      said = pass(client_, server_, piece);
      while (answer_) {
        Incoming* one = server_.next_request();
        if (!one) break;
        EXPECT_TRUE(server_.answer(*one, answer_(one->request)));
      }
      said = pass(server_, client_, piece) || said;
    }
  }
  static bool pass(Session& from, Session& to, size_t piece) {
    std::string bytes;
    from.take_output(bytes);
    const bool said = !bytes.empty();
    for (std::string_view rest = bytes; !rest.empty();) {
      const std::string_view part = rest.substr(0, piece);
      const Result<> taken = to.feed(part);
      EXPECT_TRUE(taken) << taken.error().to_string();
      rest.remove_prefix(part.size());
    }
    return said;
  }
  void send(TestCall& call, const Request& request, Response& into) {
    const Result<> sent = client_.send(call, request, "http", "shop.test", into);
    ASSERT_TRUE(sent) << sent.error().to_string();
  }
  std::string refused(const Request& request) {
    TestCall call;
    Response into;
    const Result<> sent = client_.send(call, request, "http", "shop.test", into);
    return sent ? "sent" : std::string(to_string(sent.error().code));
  }

  ClientSession client_;
  ServerSession server_;
  Response (*answer_)(const Request&) = [](const Request& request) {
    Response response;
    response.headers.add("X-Seen", request.method + " " + request.target);
    response.body = request.body;
    return response;
  };
};

TEST_F(Http2Test, ARequestAndItsAnswerArrive) {
  static Request seen;
  answer_ = [](const Request& request) {
    seen = request;
    return Response{201, "", {{"Location", "/items/42"}, {"Connection", "keep-alive"}}, "made"};
  };
  const Request request{"POST",
                        "/items?x=1",
                        {{"X-One", " 1 "},
                         {"Connection", "close"},
                         {"Transfer-Encoding", "chunked"},
                         {"TE", "gzip"},
                         {"Content-Length", "7"}},
                        "a body"};
  TestCall call;
  Response response;
  send(call, request, response);
  EXPECT_EQ(client_.open(), 1U);
  exchange();
  EXPECT_EQ(call.outcome(), Call::Outcome::answered);
  EXPECT_EQ(call.ends, 1);
  EXPECT_EQ(client_.open(), 0U);
  EXPECT_EQ(server_.open(), 0U);
  EXPECT_EQ(seen, (Request{"POST",
                           "/items?x=1",
                           {{"host", "shop.test"}, {"x-one", "1"}, {"content-length", "6"}},
                           "a body"}));
  EXPECT_EQ(response,
            (Response{201, "", {{"location", "/items/42"}, {"content-length", "4"}}, "made"}));
}

TEST_F(Http2Test, WhateverTheCutsOfTheBytes) {
  for (const size_t piece : {1, 7, 100}) {
    TestCall call;
    Response response;
    const Request request{"PUT", "/a", {{"Host", "other.test"}}, std::string(1'000, 'x')};
    send(call, request, response);
    exchange(piece);
    ASSERT_EQ(call.outcome(), Call::Outcome::answered);
    EXPECT_EQ(response.headers.get("x-seen"), "PUT /a");
    EXPECT_EQ(response.body, request.body);
  }
}

TEST_F(Http2Test, StreamsAreAnsweredInAnyOrder) {
  answer_ = nullptr;
  const Request requests[] = {{"GET", "/0"}, {"GET", "/1"}, {"GET", "/2"}};
  TestCall calls[3];
  Response responses[3];
  for (int i = 0; i < 3; ++i) send(calls[i], requests[i], responses[i]);
  exchange();
  std::vector<Incoming*> came;
  while (Incoming* one = server_.next_request()) came.push_back(one);
  ASSERT_EQ(came.size(), 3U);
  for (const int i : {2, 0, 1}) {
    ASSERT_TRUE(server_.answer(*came[i], {200, "", {}, came[i]->request.target}));
    exchange();
    EXPECT_EQ(calls[i].outcome(), Call::Outcome::answered);
    EXPECT_EQ(responses[i].body, requests[i].target);
  }
}

TEST_F(Http2Test, BodiesLargerThanTheWindowsArrive) {
  const Request request{"POST", "/", {}, std::string(20'000'000, 'x') + "end"};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  ASSERT_EQ(call.outcome(), Call::Outcome::answered);
  EXPECT_TRUE(response.body == request.body);
}

TEST_F(Http2Test, TheAnswerToHeadSaysWhatGetWouldBring) {
  answer_ = [](const Request&) { return Response{200, "", {}, "four"}; };
  const Request request{"HEAD", "/"};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  EXPECT_EQ(call.outcome(), Call::Outcome::answered);
  EXPECT_EQ(response.headers.get("content-length"), "4");
  EXPECT_EQ(response.body, "");
}

TEST_F(Http2Test, AnAnswerMayHaveNoBody) {
  answer_ = [](const Request&) { return Response{304, "", {{"ETag", "a"}}, ""}; };
  const Request request{"GET", "/"};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  EXPECT_EQ(response, (Response{304, "", {{"etag", "a"}}, ""}));
}

TEST_F(Http2Test, CookiesAreJoined) {
  static std::string seen;
  answer_ = [](const Request& request) {
    seen = request.headers.get("Cookie");
    return Response{};
  };
  const Request request{"GET", "/", {{"Cookie", "a=1"}, {"X", "y"}, {"cookie", "b=2"}}};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  EXPECT_EQ(seen, "a=1; b=2");
}

TEST_F(Http2Test, WhatWouldNotArriveAsItWasMeantIsNotSent) {
  EXPECT_EQ(refused({"CONNECT", "/"}), "invalid");
  EXPECT_EQ(refused({"GE T", "/"}), "invalid");
  EXPECT_EQ(refused({"GET", "http://a/b"}), "invalid");
  EXPECT_EQ(refused({"GET", "/a b"}), "invalid");
  EXPECT_EQ(refused({"GET", "*"}), "invalid");
  EXPECT_EQ(refused({"GET", "/", {{"A", "b\nc"}}}), "invalid");
  EXPECT_EQ(refused({"GET", "/", {{":path", "/c"}}}), "invalid");
  EXPECT_EQ(refused({"GET", "/", {{"Host", "a\rb"}}}), "invalid");
  EXPECT_EQ(refused({"OPTIONS", "*"}), "sent");
  EXPECT_EQ(client_.open(), 0U);
}

TEST_F(Http2Test, HeadersThatAreTooLargeToBeSentFail) {
  const Request request{"GET", "/", {{"X-Large", std::string(300'000, 'x')}}};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  ASSERT_EQ(call.outcome(), Call::Outcome::failed);
  EXPECT_EQ(call.error().code, Code::invalid) << call.error().to_string();
  EXPECT_EQ(client_.open(), 0U);
}

TEST_F(Http2Test, AnAnswerThatCannotBeSentMayBeReplaced) {
  answer_ = nullptr;
  const Request request{"GET", "/"};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  Incoming* one = server_.next_request();
  ASSERT_NE(one, nullptr);
  EXPECT_FALSE(server_.answer(*one, {200, "", {{"A", "b\r\nEvil: 1"}}, ""}));
  EXPECT_FALSE(server_.answer(*one, {204, "", {}, "a body"}));
  EXPECT_FALSE(server_.answer(*one, {101, "", {}, ""}));
  EXPECT_TRUE(server_.answer(*one, {500, "", {}, ""}));
  exchange();
  EXPECT_EQ(response.status, 500);
}

TEST_F(Http2Test, ACallThatIsGivenUpResetsItsStream) {
  answer_ = nullptr;
  const Request request{"POST", "/", {}, std::string(3'000'000, 'x')};
  Response response;
  for (const bool begun : {false, true}) {
    {
      TestCall call;
      send(call, request, response);
      if (begun) pass(client_, server_, SIZE_MAX);
      EXPECT_EQ(server_.open(), begun ? 1U : 0U);
    }
    exchange();
    EXPECT_EQ(client_.open(), 0U);
    EXPECT_EQ(server_.open(), 0U);
  }
}

TEST_F(Http2Test, ARequestThatWasGivenOutOutlivesItsStream) {
  answer_ = nullptr;
  const Request request{"GET", "/"};
  Response response;
  {
    TestCall call;
    send(call, request, response);
    exchange();
  }
  Incoming* one = server_.next_request();
  ASSERT_NE(one, nullptr);
  exchange();
  EXPECT_EQ(one->request.target, "/");
  EXPECT_EQ(server_.open(), 1U);
  EXPECT_TRUE(server_.answer(*one, {}));
  EXPECT_EQ(server_.open(), 0U);
  exchange();
}

TEST_F(Http2Test, AnAnswerBeforeTheEndOfTheRequestStopsIt) {
  ServerSession server({.body = 100'000});
  const Request request{"POST", "/", {}, std::string(9'000'000, 'x')};
  TestCall call;
  Response response;
  send(call, request, response);
  for (int i = 0; i < 10; ++i) {
    pass(client_, server, SIZE_MAX);
    if (Incoming* one = server.next_request()) {
      EXPECT_EQ(one->status, 413);
      EXPECT_EQ(one->refused->text, "the body is larger than 100000 bytes");
      EXPECT_TRUE(server.answer(*one, {413, "", {}, "too large"}));
    }
    pass(server, client_, SIZE_MAX);
  }
  EXPECT_EQ(call.outcome(), Call::Outcome::answered);
  EXPECT_FALSE(call.sent());
  EXPECT_EQ(response.body, "too large");
  EXPECT_EQ(server.open(), 0U);
}

TEST_F(Http2Test, AClientThatWaitsForItIsToldToSendItsBody) {
  const std::string head = raw::headers(1, 0,
                                        {{":method", "PUT"},
                                         {":scheme", "http"},
                                         {":authority", "a"},
                                         {":path", "/"},
                                         {"expect", "100-continue"}});
  ASSERT_TRUE(server_.feed(raw::client_begins() + head));
  std::string out;
  server_.take_output(out);
  EXPECT_EQ(out[out.size() - 14], raw::kHeaders);  // `:status: 100` takes 5 bytes of a frame's 14
}

TEST_F(Http2Test, TheServerSaysThatARequestWantsHttp1) {
  answer_ = nullptr;
  const Request request{"GET", "/"};
  TestCall call;
  Response response;
  send(call, request, response);
  exchange();
  server_.reset(*server_.next_request(), ServerSession::Reason::http1_required);
  exchange();
  ASSERT_EQ(call.outcome(), Call::Outcome::failed);
  EXPECT_TRUE(call.wants_http1());
  EXPECT_EQ(call.error().text, "the server has reset the stream: HTTP_1_1_REQUIRED");
}

TEST_F(Http2Test, AServerThatShutsDownAnswersWhatHasCome) {
  answer_ = nullptr;
  const Request request{"GET", "/"};
  TestCall first;
  TestCall late;
  Response responses[2];
  send(first, request, responses[0]);
  exchange();
  server_.shut_down();
  send(late, request, responses[1]);
  exchange();
  EXPECT_EQ(client_.room(), 0U);
  EXPECT_EQ(late.outcome(), Call::Outcome::unprocessed);
  EXPECT_EQ(first.outcome(), Call::Outcome::none);
  EXPECT_FALSE(client_.over());
  EXPECT_TRUE(server_.answer(*server_.next_request(), {}));
  exchange();
  EXPECT_EQ(first.outcome(), Call::Outcome::answered);
  EXPECT_TRUE(client_.over());
  EXPECT_TRUE(server_.over());
  TestCall refused;
  EXPECT_EQ(client_.send(refused, request, "http", "a", responses[0]).error().code, Code::closed);
}

TEST_F(Http2Test, TheEndOfTheConnectionIsTheEndOfItsCalls) {
  const Request request{"GET", "/"};
  TestCall sent;
  TestCall waiting;
  Response responses[2];
  send(sent, request, responses[0]);
  std::string out;
  client_.take_output(out);
  send(waiting, request, responses[1]);
  client_.end({Code::closed, "gone"});
  EXPECT_EQ(sent.outcome(), Call::Outcome::lost);
  EXPECT_TRUE(sent.sent());
  EXPECT_EQ(waiting.outcome(), Call::Outcome::unprocessed);
  EXPECT_EQ(sent.error().text, "gone");
  EXPECT_EQ(client_.room(), 0U);
}

TEST_F(Http2Test, TheClientKeepsToTheServersNumberOfStreams) {
  ServerSession server({.streams = 2});
  const Request request{"GET", "/"};
  TestCall calls[3];
  Response responses[3];
  EXPECT_EQ(client_.room(), 100U);
  for (int i = 0; i < 3; ++i) send(calls[i], request, responses[i]);
  pass(server, client_, SIZE_MAX);
  EXPECT_EQ(client_.room(), 0U);
  pass(client_, server, SIZE_MAX);
  EXPECT_EQ(server.open(), 2U);
  EXPECT_TRUE(server.answer(*server.next_request(), {}));
  pass(server, client_, SIZE_MAX);
  pass(client_, server, SIZE_MAX);
  EXPECT_EQ(calls[0].outcome(), Call::Outcome::answered);
  EXPECT_EQ(server.open(), 2U);  // the third is there
}

}  // namespace
}  // namespace peregrine::wire::http2
