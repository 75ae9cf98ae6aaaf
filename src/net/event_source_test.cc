#include "net/event_source.h"

#include <gtest/gtest.h>

#include "io/foreign_program.h"
#include "net/connector_fixture.h"
#include "net/event_writer.h"
#include "net/http_server.h"

namespace peregrine::net {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using io::Deadline;
using io::Task;
using Event = wire::server_sent_events::Event;

// Two events a connection, numbered on from the last that the client has seen; 204 after the sixth.
Task<void> count(HttpConversation& c) {
  const Deadline deadline = c.request().deadline;
  EventWriter events(c);
  const std::string last = events.last_event_id();
  const int from = last.empty() ? 1 : std::stoi(last) + 1;
  if (from > 6) {
    (void)co_await c.respond({.status = 204}, deadline);
    co_return;
  }
  if (!co_await events.begin(deadline)) co_return;
  (void)co_await events.retry(1, deadline);
  (void)co_await events.comment("two of them", deadline);
  for (int i = from; i < from + 2; ++i) {
    const Event event{
        .type = "number", .data = fmt::format("n{}\nline", i), .id = std::to_string(i)};
    EXPECT_TRUE(co_await events.send(event, deadline));
  }
  (void)co_await events.end(deadline);
}

Task<void> nothing(HttpConversation& c) {
  EventWriter events(c);
  (void)co_await events.begin(c.request().deadline);
  (void)co_await events.end(c.request().deadline);
}

// One event, then silence.
Task<void> silent(io::Loop& loop, HttpConversation& c) {
  EventWriter events(c);
  (void)co_await events.begin(c.request().deadline);
  EXPECT_FALSE(co_await events.send({.data = "a\rb"}, c.request().deadline));
  (void)co_await events.send({.data = "hi"}, c.request().deadline);
  (void)co_await loop.sleep(50ms);
}

Task<wire::Response> page(const HttpRequest&) {
  co_return wire::Response{.headers = {{"Content-Type", "text/html"}}, .body = "data: x\n\n"};
}

Router routes(io::Loop& loop) {
  Router router;
  router.add_conversation("GET", "/count", count);
  router.add_conversation("GET", "/nothing", nothing);
  router.add_conversation("GET", "/silent",
                          [&loop](HttpConversation& c) { return silent(loop, c); });
  router.add("GET", "/page", page);
  return router;
}

class EventSourceTest : public testing::Test {
 protected:
  void open(std::string_view path, EventSourceOptions options = {.retry = 1ms}) {
    events_ = std::make_unique<EventSource>(
        *loop_, connector_, *parse_url(fmt::format("http://x{}", path)), std::move(options));
  }
  static Task<Result<std::optional<Event>>> take(io::Loop& loop, EventSource& events,
                                                 base::Duration within) {
    co_return co_await events.next(loop.in(within));
  }
  std::string next(base::Duration within = 5s) {
    Result<std::optional<Event>> event = loop_->run(take(*loop_, *events_, within));
    if (!event) return event.error().to_string();
    return *event ? (*event)->type + " " + (*event)->data : "the end";
  }

  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  HttpServer server_{*loop_, routes(*loop_)};
  Everywhere connector_{*loop_, server_};
  std::unique_ptr<EventSource> events_;
};

TEST_F(EventSourceTest, GoesOnWithTheNextEventOverNewConnections) {
  // The server asks for a shorter pause.
  open("/count", {.retry = 1h, .attempts = 2});
  EXPECT_EQ(next(), "number n1\nline");
  EXPECT_EQ(events_->last_event_id(), "1");
  for (int i = 2; i <= 6; ++i) EXPECT_EQ(next(), fmt::format("number n{}\nline", i));
  EXPECT_EQ(next(), "the end");
  EXPECT_EQ(next(), "the end");
  EXPECT_EQ(events_->last_event_id(), "6");
  EXPECT_EQ(events_->connections(), 3U);
  open("/count", {.last_event_id = "4"});
  EXPECT_EQ(next(), "number n5\nline");
}

TEST_F(EventSourceTest, AnAnswerThatIsNoStreamOfEventsIsFinal) {
  open("/page");
  EXPECT_EQ(next(),
            "http://x/page answers 200 with the type 'text/html', which is no stream of events");
  EXPECT_EQ(next(), "the end");
  open("/none");
  EXPECT_EQ(next().substr(0, 26), "http://x/none answers 404 ");
  EXPECT_EQ(connector_.tried, 2);
}

TEST_F(EventSourceTest, GivesUpAfterSoManyAttempts) {
  connector_.down = true;
  open("/count", {.retry = 1ms, .attempts = 3});
  EXPECT_EQ(next(), "GET /count to x:80: nobody listens");
  EXPECT_EQ(connector_.tried, 3);
  connector_.down = false;
  EXPECT_EQ(next(), "number n1\nline");
  open("/nothing", {.retry = 1ms, .attempts = 3});
  EXPECT_EQ(next(), "3 connections to http://x/nothing in a row ended without an event");
}

TEST_F(EventSourceTest, AWaitThatWasGivenUpIsNotTheEnd) {
  open("/silent");
  EXPECT_EQ(next(), "message hi");
  EXPECT_EQ(next(2ms), "the time for it is over");
  EXPECT_EQ(next(), "message hi");
  EXPECT_EQ(events_->connections(), 2U);
}

TEST_F(EventSourceTest, AnEventBeyondItsLimitIsAnError) {
  open("/count", {.event = {.line = 3}});
  EXPECT_NE(next().find("3"), std::string::npos);
}

// ---- Against programs of others

class EventStreamForeignTest : public testing::Test {
 protected:
  std::string output_of(std::string command) {
    command.replace(command.find("URL"), 3, "http://" + server_.address().to_string());
    Result<std::string> text = loop_->run(io::output_of(*loop_, std::move(command)));
    return text ? *text : text.error().to_string();
  }
  std::unique_ptr<io::Loop> loop_ = *io::Loop::create();
  HttpServer server_{*loop_, *io::Listener::open(*loop_, {"127.0.0.1", 0, ""}), routes(*loop_)};
};

TEST_F(EventStreamForeignTest, CurlSeesTheEvents) {
  if (!io::ForeignProgram::installed("curl")) GTEST_SKIP() << "curl is not installed";
  EXPECT_EQ(output_of("curl -sSN -H 'Last-Event-ID: 4' URL/count"),
            "retry: 1\n: two of them\n"
            "id: 5\nevent: number\ndata: n5\ndata: line\n\n"
            "id: 6\nevent: number\ndata: n6\ndata: line\n\n");
}

TEST_F(EventStreamForeignTest, NodeFollowsTheStream) {
  Result<std::string> probe = loop_->run(io::output_of(
      *loop_, "node --experimental-eventsource -p 'typeof EventSource' 2>/dev/null || true"));
  if (!probe || *probe != "function\n") GTEST_SKIP() << "no node with an EventSource";
  EXPECT_EQ(output_of(R"(node --experimental-eventsource -e '
    const stay = setInterval(() => {}, 1000);
    const events = new EventSource("URL/count");
    events.addEventListener("number", ({ data, lastEventId }) => {
      console.log(lastEventId, JSON.stringify(data));
      if (lastEventId === "4") events.close(), clearInterval(stay);
    });' 2>/dev/null)"),
            "1 \"n1\\nline\"\n2 \"n2\\nline\"\n3 \"n3\\nline\"\n4 \"n4\\nline\"\n");
}

}  // namespace
}  // namespace peregrine::net
