#include "net/devtools.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Map;
using base::Result;
using base::Value;
using io::Task;

// What a browser would do: by the method that it is asked.
Task<void> play_browser(HttpConversation& c) {
  auto socket = co_await WebSocket::accept(c, {}, c.request().deadline);
  if (!socket) co_return;
  c.may_be_cut();
  for (;;) {
    auto message = co_await (*socket)->receive(io::Deadline::never());
    if (!message || !*message) co_return;
    const Value asked = *base::parse_json((*message)->payload);
    const std::string method = asked.find("method")->as_text();
    const Value* session = asked.find("sessionId");
    std::vector<std::string> said;
    if (method == "leave") co_return;
    if (method == "tell") {
      said.push_back(base::to_json(Map{{"method", "told"},
                                       {"params", *asked.find("params")},
                                       {"sessionId", session ? *session : Value("")}}));
    }
    if (method == "close") {
      said.push_back(base::to_json(
          Map{{"method", "Target.detachedFromTarget"}, {"params", Map{{"sessionId", *session}}}}));
    }
    if (method == "babble") said = {"{", "[]", R"({"method":"\ud83d"})", R"({"id":"1"})", "{}"};
    if (method == "refuse") {
      said.push_back(base::to_json(
          Map{{"id", *asked.find("id")}, {"error", Map{{"message", "no such thing"}}}}));
    } else if (method != "silent" && method != "close") {
      said.push_back(base::to_json(Map{{"id", *asked.find("id")}, {"result", asked}}));
    }
    for (std::string& text : said) {
      if (!co_await (*socket)->send({.payload = std::move(text)}, c.request().deadline)) co_return;
    }
  }
}

class DevToolsTest : public testing::Test {
 protected:
  void SetUp() override {
    Router router;
    router.add_conversation("GET", "/browser", play_browser);
    server_ = std::make_unique<HttpServer>(
        *loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), std::move(router));
    auto connected = loop_->run(DevTools::connect(
        *loop_, fmt::format("ws://{}/browser", server_->address().to_string()), loop_->in(5s)));
    ASSERT_TRUE(connected) << connected.error().to_string();
    tools_ = *std::move(connected);
  }
  void TearDown() override {
    tools_.reset();
    server_.reset();
    EXPECT_EQ(io::frames::alive(), 0U);
  }

  static Task<Result<Value>> ask(io::Loop& loop, DevTools& tools, std::string session,
                                 std::string method, Map parameters) {
    co_return co_await tools.call(std::move(session), std::move(method), std::move(parameters),
                                  loop.in(200ms));
  }
  // What it answers, or why not.
  std::string answer(std::string method, std::string session = "", Map parameters = {}) {
    const auto answered = loop_->run(
        ask(*loop_, *tools_, std::move(session), std::move(method), std::move(parameters)));
    return answered ? base::to_json(*answered) : answered.error().to_string();
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<DevTools> tools_;
};

TEST_F(DevToolsTest, ACallHasItsAnswer) {
  EXPECT_EQ(answer("echo", "", {{"a", Value(1)}}), R"({"id":1,"method":"echo","params":{"a":1}})");
  EXPECT_EQ(answer("echo", "s"), R"({"id":2,"method":"echo","params":{},"sessionId":"s"})");
}

TEST_F(DevToolsTest, ACallThatIsNotDoneOrNotAnsweredSaysSo) {
  EXPECT_EQ(answer("refuse"), "no such thing");
  EXPECT_TRUE(answer("silent").starts_with("the browser did not answer silent"));
  EXPECT_TRUE(answer("echo").contains(R"("id":3)"));
}

TEST_F(DevToolsTest, EventsAreOfTheirSession) {
  std::vector<std::string> heard;
  const auto hears = [&](std::string who) {
    return [&heard, who](std::string_view method, const Value& parameters) {
      heard.push_back(fmt::format("{} {} {}", who, method, base::to_json(parameters)));
    };
  };
  const auto one = tools_->listen("one", hears("one"));
  auto two = tools_->listen("two", hears("two"));
  (void)answer("tell", "one", {{"n", Value(1)}});
  (void)answer("tell", "two", {{"n", Value(2)}});
  two = {};
  (void)answer("tell", "two", {{"n", Value(3)}});
  (void)answer("tell", "");
  EXPECT_EQ(heard, (std::vector<std::string>{R"(one told {"n":1})", R"(two told {"n":2})"}));
}

TEST_F(DevToolsTest, AListenerMayEndWhileItIsTold) {
  int heard = 0;
  DevTools::Listening self = tools_->listen("s", [&](auto, const Value&) {
    ++heard;
    self = {};
  });
  (void)answer("tell", "s");
  (void)answer("tell", "s");
  EXPECT_EQ(heard, 1);
}

TEST_F(DevToolsTest, ACallOfASessionThatEndsIsNotWaitedFor) {
  EXPECT_EQ(answer("close", "s"), "the page has closed");
}

TEST_F(DevToolsTest, WhatIsNoMessageIsLeftOut) {
  EXPECT_TRUE(answer("babble").contains(R"("id":1)"));
  EXPECT_TRUE(answer("echo").contains(R"("id":2)"));
}

TEST_F(DevToolsTest, ABrowserThatHasEndedIsToldOf) {
  EXPECT_FALSE(tools_->ended());
  EXPECT_TRUE(answer("leave").starts_with("the browser has ended"));
  EXPECT_TRUE(tools_->ended());
  EXPECT_TRUE(answer("echo").starts_with("the browser has ended"));
  tools_->post("", "echo", {});  // to nobody
}

}  // namespace
}  // namespace peregrine::net
