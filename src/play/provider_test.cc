// A provider on loopback: requests, webhooks, failures, time, and how it is put back. Here, because
// patterns are compared by play/.
#include "boundary/provider.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/rfc3339.h"
#include "boundary/director_fixture.h"
#include "io/scope.h"
#include "lang/provider_file.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "play/fits.h"

namespace peregrine::boundary {
namespace {

using namespace std::chrono_literals;
using base::Result;
using base::Value;
using io::Task;

constexpr std::string_view kShop = R"YAML(provider: shop
secrets: { hook: "${text(8)}" }
resources:
  orders:
    id: o_${text(8)}
    fields: { cents: <int>, state: open, due: "${now().plus(1, 'hours')}" }
    at: due
    do:
      - { update: this, with: { state: late } }
      - { send: late, with: "${this}" }
routes:
  POST /orders:
    name: order
    do:
      - { create: orders, with: "${json}", as: o }
      - { send: made, with: "${o}" }
      - { send: seen, with: "${o.cents}" }
    reply: { status: 201, json: "${o}" }
  GET /orders:
    wait: { until: "orders.size() > int(or(query.more_than, '-1'))", within: 20s }
    reply: { json: "${orders.map(o, o.cents)}" }
  GET /picture:
    exec: ./draw ${query.what} --large
replies:
  busy: { status: 429, text: busy }
actions:
  ship:
    with: { order: <orders>, to: <text|none> }
    do:
      - { update: order, with: { state: shipped } }
      - { send: shipped, with: "${order}", when: to == null }
      - { send: shipped, with: "${order}", to: "${to}", when: to != null }
webhooks:
  sign: { scheme: token, header: x-secret, secret: "${secrets.hook}" }
  body: { event: "${event}", data: "${data}" }
  retry: [10ms, 20ms]
)YAML";

struct Told final : ProviderObserver {
  void call(const ProviderCall& call) override { calls.push_back(call.title()); }
  void webhook(const Webhook& webhook) override {
    webhooks.push_back(webhook.event + (webhook.attempts.back().accepted() ? " taken" : " not"));
  }
  std::vector<std::string> calls, webhooks;
};

class ProviderTest : public testing::Test {
 protected:
  ProviderTest() : loop_(*io::Loop::create()), client_(*loop_) {
    net::Router router;
    router.add("POST", "/hook", [this](const net::HttpRequest& r) { return take(*this, r); });
    auto listener = io::Listener::open(*loop_, {"127.0.0.1", 0, ""});
    service_ = std::make_unique<net::HttpServer>(*loop_, *std::move(listener), std::move(router));
    open();
  }

  void open() {
    lang::Diagnostics diagnostics;
    auto spec = lang::read_provider(
        std::make_shared<const lang::Source>("shop.yaml", std::string(kShop)), diagnostics);
    for (const lang::Diagnostic& mistake : diagnostics.sorted()) ADD_FAILURE() << render(mistake);
    auto opened = Provider::open(
        *loop_, {"127.0.0.1", 0, ""}, std::make_shared<const lang::ProviderSpec>(*std::move(spec)),
        {.seed = 7,
         .wall_time = [this] { return now_; },
         .fits = play::fits,
         .webhook = WebhookTarget{{"127.0.0.1", service_->address().port, false}, "/hook"},
         .run_program = draw,
         .observer = &told_,
         .crossing = &crossing_,
         .name = "shop"});
    ASSERT_TRUE(opened) << opened.error().to_string();
    provider_ = *std::move(opened);
  }

  static Task<wire::Response> take(ProviderTest& test, const net::HttpRequest& request) {
    test.received_.push_back(request.message);
    if (test.answers_.empty()) co_return wire::Response{.status = 204};
    const int status = test.answers_.front();
    test.answers_.erase(test.answers_.begin());
    co_return wire::Response{.status = status};
  }

  static Task<Result<std::string>> draw(std::vector<std::string> words, std::string,
                                        std::string input, io::Deadline) {
    std::string line;
    for (const std::string& word : words) line += "[" + word + "]";
    const auto json = base::parse_json(input);
    co_return base::to_json(
        Value(base::Map{{"status", 418},
                        {"text", Value(line)},
                        {"headers", base::Map{{"x-of", *json->find("method")}}}}));
  }

  Result<wire::Response> ask(std::string method, std::string target, std::string body = "") {
    wire::Request request{.method = std::move(method), .target = std::move(target)};
    if (!body.empty()) request.headers.add("content-type", "application/json");
    request.body = std::move(body);
    return loop_->run(client_.send({"127.0.0.1", provider_->address().port, false},
                                   std::move(request), loop_->in(5s)));
  }
  Result<Performed> perform(std::string action, std::string_view with) {
    return loop_->run(
        provider_->perform(std::move(action), *base::parse_json(with), loop_->in(5s)));
  }
  void become_quiet() { ASSERT_TRUE(loop_->run(provider_->until_quiet(loop_->in(5s)))); }
  Value orders() const { return *provider_->resources().find("orders"); }

  static Task<void> ask_beside(ProviderTest& test, std::string target,
                               Result<wire::Response>& answer) {
    net::HttpClient client(*test.loop_);
    answer = co_await client.send({"127.0.0.1", test.provider_->address().port, false},
                                  {.target = std::move(target)}, test.loop_->in(5s));
  }

  std::unique_ptr<io::Loop> loop_;
  net::HttpClient client_;
  base::WallTime now_ = *base::parse_rfc3339("2025-06-02T07:00:00Z");
  Told told_;
  Crossing crossing_{*loop_};
  std::vector<wire::Request> received_;
  std::vector<int> answers_;  // to webhooks; then 204
  std::unique_ptr<net::HttpServer> service_;
  std::unique_ptr<Provider> provider_;
};

TEST_F(ProviderTest, WebhooksFollowTheAnswerInTheirOrder) {
  const auto answer = ask("POST", "/orders", R"({"cents":5})");
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 201);
  become_quiet();
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_EQ(received_[0].body,
            R"({"event":"made","data":)" + base::to_json(orders().as_list()[0]) + "}");
  EXPECT_EQ(received_[1].body, R"({"event":"seen","data":5})");
  EXPECT_EQ(received_[0].headers.get("x-secret"), provider_->secrets().find("hook")->as_text());
  EXPECT_EQ(told_.calls, std::vector<std::string>{"POST /orders"});
  EXPECT_EQ(told_.webhooks, (std::vector<std::string>{"made taken", "seen taken"}));
}

TEST_F(ProviderTest, ADirectorIsAskedBeforeACallHasEffectAndBeforeItsAnswerLeaves) {
  Leader leader;
  crossing_.set_director(&leader);
  leader.with = "POST";
  leader.verdict = {Verdict::Act::close};
  const auto lost = ask("POST", "/orders", R"({"cents":5})");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, base::Code::closed);
  EXPECT_EQ(orders().as_list().size(), 0U);
  EXPECT_EQ(leader.told(), "request POST /orders; settled POST /orders: closed ");
  leader.at = Point::answer;
  EXPECT_FALSE(ask("POST", "/orders", R"({"cents":5})"));
  EXPECT_EQ(orders().as_list().size(), 1U);
  leader.verdict = {Verdict::Act::delay, 30ms};
  leader.told();
  const base::Instant begin = base::monotonic_now();
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":5})")->status, 201);
  EXPECT_GE(base::monotonic_now() - begin, 30ms);
  EXPECT_EQ(leader.told(),
            "request POST /orders; answer POST /orders; settled POST /orders: answered 201");
  become_quiet();
}

TEST_F(ProviderTest, ACallIsInTheJournalAsItWasSeen) {
  const Provider::Mark mark = provider_->mark();
  ASSERT_TRUE(ask("POST", "/orders?a[b]=1", R"({"cents":5})"));
  ASSERT_TRUE(ask("GET", "/nowhere"));
  const auto calls = provider_->calls_since(mark);
  ASSERT_EQ(calls.size(), 2U);
  const Value seen = calls[0]->seen();
  EXPECT_EQ(seen.find("route")->as_text(), "POST /orders");
  EXPECT_EQ(seen.find("query")->find("a")->find("b")->as_text(), "1");
  EXPECT_EQ(*seen.find("json")->find("cents"), Value(5));
  EXPECT_EQ(*seen.find("answer")->find("status"), Value(201));
  EXPECT_EQ(*seen.find("answer")->find("json")->find("cents"), Value(5));
  EXPECT_EQ(*seen.find("at"), Value(now_));
  EXPECT_EQ(calls[1]->route, nullptr);
  EXPECT_EQ(calls[1]->answer.status, 404);
  EXPECT_EQ(provider_->calls_since(mark, "order").size(), 1U);
  EXPECT_EQ(provider_->calls_since(provider_->mark()).size(), 0U);
}

TEST_F(ProviderTest, AWebhookThatIsNotTakenIsPostedAgain) {
  answers_ = {500, 302, 200};
  ASSERT_TRUE(perform("put", R"({"orders":{"id":"o_1","cents":1}})"));
  const auto done = perform("ship", R"({"order":"o_1"})");
  ASSERT_TRUE(done) << done.error().to_string();
  ASSERT_NE(done->answer(), nullptr);
  EXPECT_EQ(done->answer()->status, 500);  // of the first attempt
  EXPECT_FALSE(provider_->quiet());
  become_quiet();
  EXPECT_EQ(done->webhooks[0]->attempts.size(), 3U);
  EXPECT_TRUE(done->webhooks[0]->delivered());
  answers_ = {500, 500, 500, 200};
  ASSERT_TRUE(loop_->run(provider_->post_again(*done, loop_->in(5s))));
  become_quiet();
  EXPECT_EQ(received_.size(), 6U);  // it gave up after three attempts
  EXPECT_EQ(received_.front().body, received_.back().body);
  EXPECT_EQ(provider_->webhooks().size(), 2U);
  EXPECT_FALSE(provider_->webhooks()[1]->delivered());
}

TEST_F(ProviderTest, WebhooksGoToThisMachineAlone) {
  ASSERT_TRUE(perform("put", R"({"orders":{"id":"o_1","cents":1}})"));
  const auto far = perform("ship", R"({"order":"o_1","to":"http://example.org/"})");
  ASSERT_TRUE(far) << far.error().to_string();
  EXPECT_EQ(far->answer(), nullptr);
  EXPECT_TRUE(far->webhooks[0]->attempts[0].error.contains("not on this machine"));
  // A name that only looks like an address of the loopback may be anybody's.
  const auto alike = perform("ship", R"({"order":"o_1","to":"http://127.0.0.1.example.org/"})");
  ASSERT_TRUE(alike) << alike.error().to_string();
  EXPECT_TRUE(alike->webhooks[0]->attempts[0].error.contains("not on this machine"));
  provider_->set_webhook(std::nullopt);
  const auto nowhere = perform("ship", R"({"order":"o_1"})");
  ASSERT_TRUE(nowhere);
  EXPECT_EQ(nowhere->event().find("event")->as_text(), "shipped");
  EXPECT_TRUE(nowhere->webhooks[0]->attempts.empty());
  become_quiet();
}

TEST_F(ProviderTest, RequestsFailAsAsked) {
  ASSERT_TRUE(provider_->fail({.route = "order", .name = "busy", .times = 1}));
  ASSERT_TRUE(provider_->fail({.name = "reset", .times = 1}));
  ASSERT_TRUE(provider_->fail({.name = "garbage", .times = 1}));
  EXPECT_FALSE(provider_->fail({.route = "nowhere", .name = "busy"}));
  EXPECT_FALSE(provider_->fail({.name = "tired"}));
  EXPECT_EQ(ask("GET", "/orders").error().code, base::Code::closed);
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":1})")->body, "busy");
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":1})").error().code, base::Code::protocol);
  EXPECT_TRUE(orders().as_list().empty());
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":1})")->status, 201);
  ASSERT_TRUE(provider_->fail({.name = "busy"}));
  EXPECT_EQ(ask("GET", "/orders")->status, 429);
  EXPECT_EQ(ask("GET", "/orders")->status, 429);
  provider_->heal();
  EXPECT_EQ(ask("GET", "/orders")->status, 200);
}

TEST_F(ProviderTest, ALongPollIsAnsweredByWhatOthersDo) {
  Result<wire::Response> answer = base::fail(base::Code::failed, "not yet");
  io::Scope scope(*loop_);
  scope.spawn(ask_beside(*this, "/orders?more_than=0", answer));
  ASSERT_TRUE(loop_->run(loop_->sleep(50ms)));
  EXPECT_TRUE(provider_->quiet());  // it only waits
  ASSERT_TRUE(perform("put", R"({"orders":{"cents":3}})"));
  ASSERT_TRUE(loop_->run(scope.join(loop_->in(5s))));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, "[3]");
}

TEST_F(ProviderTest, WhatIsDueHappensWhenTheClockIsMoved) {
  ASSERT_TRUE(perform("put", R"({"orders":{"cents":3}})"));
  EXPECT_EQ(provider_->next_due(), now_ + 1h);
  now_ += 59min;
  provider_->clock_moved();
  EXPECT_EQ(orders().as_list()[0].find("state")->as_text(), "open");
  now_ += 1min;
  provider_->clock_moved();
  EXPECT_EQ(orders().as_list()[0].find("state")->as_text(), "late");
  EXPECT_EQ(provider_->next_due(), std::nullopt);
  become_quiet();
  EXPECT_EQ(told_.webhooks, std::vector<std::string>{"late taken"});
}

TEST_F(ProviderTest, AnInstantThatNoClockShowsIsNeverDue) {
  ASSERT_TRUE(perform("put", R"({"orders":{"cents":3,"due":1748847600000}})"));  // milliseconds
  EXPECT_EQ(provider_->next_due(), std::nullopt);
  become_quiet();
}

TEST_F(ProviderTest, WhatIsDueHappensByItself) {
  ASSERT_TRUE(perform("put", R"({"orders":{"cents":3,"due":"2025-06-02T07:00:00Z"}})"));
  for (int i = 0; i < 500 && received_.empty(); ++i) {
    ASSERT_TRUE(loop_->run(loop_->sleep(10ms)));
  }
  EXPECT_EQ(received_.size(), 1U);
  EXPECT_EQ(orders().as_list()[0].find("state")->as_text(), "late");
}

TEST_F(ProviderTest, ASnapshotIsRestoredAgainAndAgain) {
  ASSERT_TRUE(ask("POST", "/orders", R"({"cents":1})"));
  become_quiet();
  const auto snapshot = provider_->snapshot();
  const std::string secret = base::to_json(provider_->secrets());
  std::string first;
  for (int play = 0; play < 3; ++play) {
    const Provider::Mark mark = provider_->mark();
    const auto answer = ask("POST", "/orders", R"({"cents":2})");
    ASSERT_TRUE(answer);
    if (first.empty()) first = answer->body;
    EXPECT_EQ(answer->body, first);  // the same ids
    EXPECT_EQ(provider_->calls_since(mark).size(), 1U);
    become_quiet();
    ASSERT_TRUE(provider_->fail({.name = "busy"}));
    provider_->restore(*snapshot);
    EXPECT_EQ(orders().as_list().size(), 1U);
    EXPECT_EQ(provider_->calls_since(0).size(), 1U);
    EXPECT_EQ(provider_->webhooks().size(), 2U);
    EXPECT_EQ(base::to_json(provider_->secrets()), secret);
  }
  // What was still to be posted is dropped.
  answers_ = {500};
  ASSERT_TRUE(
      perform("ship", R"({"order":")" + orders().as_list()[0].find("id")->as_text() + R"("})"));
  EXPECT_FALSE(provider_->quiet());
  provider_->restore(*snapshot);
  EXPECT_TRUE(provider_->quiet());
}

TEST_F(ProviderTest, AProgramAnswers) {
  const auto answer = ask("GET", "/picture?what=a%20cat");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 418);
  EXPECT_EQ(answer->body, "[./draw][a cat][--large]");
  EXPECT_EQ(answer->headers.get("x-of"), "GET");
}

TEST_F(ProviderTest, ABodyIsBounded) {
  const auto answer = ask("POST", "/orders", std::string((size_t{16} << 20) + 1, ' '));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 413);
}

}  // namespace
}  // namespace peregrine::boundary
