// A provider's requests, actions and timers, without a network. Here, because patterns are compared
// by play/.
#include "boundary/provider_answer.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/rfc3339.h"
#include "boundary/provider_actions.h"
#include "lang/provider_file.h"
#include "play/fits.h"

namespace peregrine::boundary {
namespace {

using base::Value;
using Stage = ProviderAnswer::Stage;

constexpr std::string_view kShop = R"YAML(provider: shop
secrets: { key: abc }
auth: { headers: { authorization: "Bearer ${secrets.key}" }, else: denied }
idempotency: { key: "headers['idempotency-key']", for: 24h, differs: other }
resources:
  people:
    id: p_${text(8)}
    fields: { email: <text|none>, live: false, tags: <list|none> }
    unique: { fields: [email], else: taken }
  orders:
    id: ${orders.size() + 1}
    fields:
      buyer: <people>
      label: "${this.buyer} owes ${this.cents} until ${this.ends}"
      cents: <int>
      state: open
      ends: ${now().plus(1, 'months')}
    states: { state: { open: [paid, void], paid: [open] }, else: cannot }
    at: ends
    do:
      - { update: this, with: { state: void }, when: this.state == 'open' }
      - { send: order.void, with: "${this}" }
  renewals:
    id: r_${text(8)}
    fields: { count: 0, next: "${now().plus(1, 'months')}" }
    at: next
    do:
      - update: this
        with: { count: "${this.count + 1}", next: "${this.next.plus(1, 'months')}" }
      - { send: renewed, with: { count: "${this.count}", at: "${now()}" } }
routes:
  POST /people:
    do:
      - { create: people, with: "${form}", as: p }
    reply: { status: 201, json: "${p}" }
  GET /people:
    list:
      { of: people, order: email, after: query.after, before: query.before, limit: query.limit,
        default: 3 }
    reply: { json: { names: "${page.items.map(p, p.email)}", more: "${page.more}" } }
  POST /orders:
    require:
      - { json: { cents: "> 0" }, else: { status: 422, text: "cents, not ${to_json(json)}" } }
    do:
      - { create: orders, with: "${json}", as: o }
      - { send: order.made, with: "${o}" }
    reply: { json: "${expand(o, or(query.expand, []))}" }
  POST /orders/{id}/pay:
    name: pay
    let:
      o: find(orders, path.id)
      cents: o.cents
      count: orders.filter(o, o.state == 'paid').size()
    cases:
      - { when: o == null, reply: missing }
      - do:
          - { update: o, with: { state: paid } }
          - { send: paid, with: { count: "${count}", state: "${o.state}" } }
          - { create: orders, with: { buyer: "${o.buyer}", cents: 1 }, when: cents == 13 }
          - { update: o, with: { state: void }, when: cents == 13 }
        reply: { headers: { x-count: "${count}" }, form: { state: "${o.state}", n: [1, 2] } }
  GET /first:
    wait: { until: people.size() > 0, within: "${query.t}s", replaced: denied }
    reply: { json: "${people}" }
  GET /forgiven:
    let:
      bad: find(orders, '77').cents
      worse: bad + 1
    cases:
      - { when: "query.kind == 'or' && (people.size() == 0 || worse > 3)", reply: { text: a } }
      - reply: { json: { value: "${worse}" } }
  GET /broken:
    reply: { json: "${find(orders, '77').cents}" }
actions:
  register:
    with: { email: <email>, live: true, friend: <people|none> }
    do:
      - { create: people, with: { email: "${email}", live: "${live}" }, as: p }
      - { update: friend, with: { tags: ["${p.id}"] }, when: friend != null }
      - { send: registered, with: { who: "${p}", friend: "${friend}" } }
replies:
  denied: { status: 401, json: { error: denied } }
  other: { status: 409 }
  taken: { status: 409, json: { error: "somebody has ${form.email}" } }
  cannot: { status: 400, json: { error: cannot } }
  missing: { status: 404, text: "no ${path.id}" }
  busy: { status: 429, headers: { retry-after: "1" } }
)YAML";

class ProviderAnswerTest : public testing::Test {
 protected:
  ProviderAnswerTest() : world_(make_world()) {}

  static ProviderWorld make_world() {
    lang::Diagnostics diagnostics;
    auto spec = lang::read_provider(
        std::make_shared<const lang::Source>("shop.yaml", std::string(kShop)), diagnostics);
    for (const lang::Diagnostic& mistake : diagnostics.sorted()) ADD_FAILURE() << render(mistake);
    const size_t resources = spec->resources.size();
    return {.spec = std::make_shared<const lang::ProviderSpec>(*std::move(spec)),
            .zone = "UTC",
            .fits = play::fits,
            .secrets = base::Map{{"key", "abc"}},
            .state = {.lists = std::vector<ObjectList>(resources), .random = base::Random(1)}};
  }

  static wire::Request request(std::string method, std::string target, std::string body = "") {
    wire::Request message{.method = std::move(method), .target = std::move(target)};
    message.headers.add("Authorization", "Bearer abc");
    if (!body.empty()) {
      message.headers.add("Content-Type", body.starts_with('{')
                                              ? "application/json"
                                              : "application/x-www-form-urlencoded");
    }
    message.body = std::move(body);
    return message;
  }

  wire::Response ask(const wire::Request& message) {
    wire::Response response;
    ProviderAnswer answer(world_, message, now_, response);
    EXPECT_EQ(answer.begin(), Stage::answered);
    events_ = answer.events;
    mistake_ = answer.mistake();
    return answer.response();
  }
  wire::Response ask(std::string method, std::string target, std::string body = "") {
    return ask(request(std::move(method), std::move(target), std::move(body)));
  }

  Value act(std::string_view action, const Value& with) {
    auto events = perform_action(world_, action, with, now_);
    EXPECT_TRUE(events) << events.error().to_string();
    events_ = events.value_or(std::vector<ProviderEvent>{});
    return events_.empty() ? Value() : events_.back().data;
  }
  std::string refused(std::string_view action, const Value& with) {
    auto events = perform_action(world_, action, with, now_);
    return events ? "" : events.error().to_string();
  }

  const base::List& people() const { return world_.state.lists[0].objects(); }
  const base::List& orders() const { return world_.state.lists[1].objects(); }
  static Value json(std::string_view text) { return *base::parse_json(text); }

  ProviderWorld world_;
  base::WallTime now_ = *base::parse_rfc3339("2025-01-31T12:00:00Z");
  std::vector<ProviderEvent> events_;
  std::string mistake_;
};

TEST_F(ProviderAnswerTest, WhoIsNotKnownIsDenied) {
  wire::Request message = request("POST", "/people", "email=a");
  message.headers.set("Authorization", "Bearer x");
  const wire::Response response = ask(message);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, R"({"error":"denied"})");
  EXPECT_EQ(response.headers.get("content-type"), "application/json; charset=utf-8");
  EXPECT_TRUE(people().empty());
}

TEST_F(ProviderAnswerTest, WhatHasNoRouteSaysSo) {
  const wire::Response response = ask("GET", "/nowhere");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body,
            "Peregrine's provider `shop` has no route GET /nowhere; shop.yaml names those that it "
            "has\n");
}

TEST_F(ProviderAnswerTest, FieldsAreConvertedAndDefaultsFollow) {
  EXPECT_EQ(ask("POST", "/people", "email=a%40b.de&live=true&tags[]=x&no=1").status, 201);
  EXPECT_EQ(base::to_json(people()[0]).substr(people()[0].find("id")->as_text().size() + 9),
            R"("email":"a@b.de","live":true,"tags":["x"]})");
  const std::string id = people()[0].find("id")->as_text();
  EXPECT_EQ(ask("POST", "/orders", R"({"buyer":")" + id + R"(","cents":7})").status, 200);
  ASSERT_EQ(orders().size(), 1U) << mistake_;
  EXPECT_EQ(*orders()[0].find("id"), Value(1));
  EXPECT_EQ(orders()[0].find("label")->as_text(), id + " owes 7 until 2025-02-28T12:00:00Z");
}

TEST_F(ProviderAnswerTest, WhatIsMissingIsAMistakeOfTheFile) {
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":1})").status, 500);
  EXPECT_TRUE(mistake_.contains("the field `buyer` is not given; it has to be <people>"))
      << mistake_;
  EXPECT_EQ(ask("POST", "/orders", R"({"cents":1,"buyer":"p_none"})").status, 500);
  EXPECT_TRUE(mistake_.contains("there is none with the id `p_none`")) << mistake_;
  EXPECT_EQ(ask("GET", "/broken").status, 500);
  EXPECT_TRUE(orders().empty());
}

TEST_F(ProviderAnswerTest, ALetHurtsOnlyWhatDependsOnIt) {
  EXPECT_EQ(ask("GET", "/forgiven?kind=or").body, "a");
  EXPECT_EQ(ask("GET", "/forgiven?kind=none").status, 500);
  EXPECT_TRUE(mistake_.contains("`worse` cannot be evaluated: `bad` cannot be evaluated: "))
      << mistake_;
}

TEST_F(ProviderAnswerTest, ARequirementNamesItsReply) {
  const wire::Response response = ask("POST", "/orders", R"({"cents":0})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body, R"(cents, not {"cents":0})");
}

TEST_F(ProviderAnswerTest, ReferencesAreExpanded) {
  act("put", json(R"({"people":{"id":"p_1","email":"a@b.de"}})"));
  const wire::Response response =
      ask("POST", "/orders?expand[]=buyer", R"({"buyer":"p_1","cents":7})");
  EXPECT_EQ(json(response.body).find("buyer")->find("email")->as_text(), "a@b.de");
  EXPECT_EQ(orders()[0].find("buyer")->as_text(), "p_1");
}

TEST_F(ProviderAnswerTest, EffectsHappenAllOrNone) {
  act("put", json(R"({"people":{"id":"p_1"},"orders":[{"id":1,"buyer":"p_1","cents":13},
                                                       {"id":2,"buyer":"p_1","cents":2}]})"));
  // The last effect cannot be: paid becomes void.
  const wire::Response refused_one = ask("POST", "/orders/1/pay");
  EXPECT_EQ(refused_one.status, 400);
  EXPECT_EQ(refused_one.body, R"({"error":"cannot"})");
  EXPECT_EQ(orders().size(), 2U);
  EXPECT_EQ(orders()[0].find("state")->as_text(), "open");
  EXPECT_TRUE(events_.empty());
  // Each sees those before, a `let` of resources too.
  const wire::Response paid = ask("POST", "/orders/2/pay");
  EXPECT_EQ(paid.status, 200) << mistake_;
  EXPECT_EQ(paid.body, "state=paid&n=1&n=2");
  EXPECT_EQ(paid.headers.get("x-count"), "1");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(base::to_json(events_[0].data), R"({"count":1,"state":"paid"})");
  EXPECT_EQ(ask("POST", "/orders/3/pay").body, "no 3");
}

TEST_F(ProviderAnswerTest, WhatIsUniqueIsThereOnce) {
  EXPECT_EQ(ask("POST", "/people", "email=a").status, 201);
  const wire::Response again = ask("POST", "/people", "email=a");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body, R"({"error":"somebody has a"})");
  EXPECT_EQ(ask("POST", "/people", "live=true").status, 201);
  EXPECT_EQ(ask("POST", "/people", "live=true").status, 201);
}

TEST_F(ProviderAnswerTest, AListIsGivenInPages) {
  for (const char* name : {"b", "d", "a", "c"})
    ask("POST", "/people", std::string("email=") + name);
  EXPECT_EQ(ask("GET", "/people").body, R"({"names":["a","b","c"],"more":true})");
  const std::string b = people()[0].find("id")->as_text();
  const std::string d = people()[1].find("id")->as_text();
  EXPECT_EQ(ask("GET", "/people?limit=1&after=" + b).body, R"({"names":["c"],"more":true})");
  EXPECT_EQ(ask("GET", "/people?after=" + b).body, R"({"names":["c","d"],"more":false})");
  EXPECT_EQ(ask("GET", "/people?limit=2&before=" + d).body, R"({"names":["b","c"],"more":true})");
  EXPECT_EQ(ask("GET", "/people?after=nobody").body, R"({"names":[],"more":false})");
  EXPECT_EQ(ask("GET", "/people?limit=many").status, 500);
}

TEST_F(ProviderAnswerTest, TheSameKeyGetsTheSameAnswer) {
  wire::Request message = request("POST", "/people", "email=a");
  message.headers.add("Idempotency-Key", "k1");
  const wire::Response first = ask(message);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(ask(message), first);
  EXPECT_EQ(people().size(), 1U);
  message.body = "email=b";
  EXPECT_EQ(ask(message).status, 409);
  EXPECT_EQ(people().size(), 1U);
  now_ += std::chrono::hours(24);
  EXPECT_EQ(ask(message).status, 201);
}

TEST_F(ProviderAnswerTest, AWaitEndsOnceItHolds) {
  const wire::Request to_answer = request("GET", "/first?t=30");
  wire::Response response_answer;
  ProviderAnswer answer(world_, to_answer, now_, response_answer);
  ASSERT_EQ(answer.begin(), Stage::waiting);
  EXPECT_EQ(answer.wait_at_most(), std::chrono::seconds(30));
  EXPECT_FALSE(answer.ready(now_));
  act("put", json(R"({"people":{"id":"p_1"}})"));
  EXPECT_TRUE(answer.ready(now_));
  answer.finish(now_);
  EXPECT_EQ(answer.response().body, R"([{"id":"p_1","email":null,"live":false,"tags":null}])");
  const wire::Request to_other = request("GET", "/first?t=30");
  wire::Response response_other;
  ProviderAnswer other(world_, to_other, now_, response_other);
  EXPECT_EQ(other.begin(), Stage::answered);
}

TEST_F(ProviderAnswerTest, AWaitCanBeReplaced) {
  const wire::Request to_answer = request("GET", "/first?t=1.5");
  wire::Response response_answer;
  ProviderAnswer answer(world_, to_answer, now_, response_answer);
  ASSERT_EQ(answer.begin(), Stage::waiting);
  answer.replace();
  EXPECT_EQ(answer.response().status, 401);
  EXPECT_EQ(ask("GET", "/first?t=0").status, 200);
  EXPECT_EQ(ask("GET", "/first?t=x").status, 500);
}

TEST_F(ProviderAnswerTest, AnActionIsGivenObjects) {
  act("put", json(R"({"people":[{"id":"p_1"}]})"));
  const Value data = act("register", json(R"({"email":"a@b.de","friend":"p_1"})"));
  EXPECT_EQ(events_[0].name, "registered");
  EXPECT_EQ(*data.find("who")->find("live"), Value(true));
  // As it is now.
  EXPECT_EQ(data.find("friend")->find("tags")->as_list().size(), 1U);
  EXPECT_TRUE(
      refused("register", json(R"({"email":"a"})")).contains("the input `email` is <email>"));
  EXPECT_TRUE(refused("register", json("{}")).contains("the input `email` is not given"));
  EXPECT_TRUE(
      refused("register", json(R"({"email":"c@d.de","age":1})")).contains("takes no `age`"));
  EXPECT_TRUE(refused("fly", json("{}")).contains("`shop` has no action `fly`; it has"));
  EXPECT_EQ(people().size(), 2U);
}

TEST_F(ProviderAnswerTest, WhatIsPutAndRemoved) {
  act("put", json(R"({"people":[{"id":"p_1","email":"a"},"b@c.de"]})"));
  EXPECT_EQ(people()[1].find("email")->as_text(), "b@c.de");
  act("put", json(R"({"people":{"id":"p_1","live":true}})"));
  EXPECT_EQ(people().size(), 2U);
  EXPECT_EQ(people()[0].find("email")->as_text(), "a");
  EXPECT_EQ(*people()[0].find("live"), Value(true));
  EXPECT_TRUE(refused("put", json(R"({"people":"d","order":[]})")).contains("no resource `order`"));
  EXPECT_EQ(people().size(), 2U);
  EXPECT_TRUE(refused("remove", json(R"({"people":["p_1","p_9"]})")).contains("with the id `p_9`"));
  ASSERT_EQ(people().size(), 2U);
  EXPECT_EQ(*people()[0].find("id"), Value("p_1"));
  act("remove", Value(base::Map{{"people", Value(base::List{"p_1", people()[1]})}}));
  EXPECT_TRUE(people().empty());
  EXPECT_TRUE(refused("remove", json(R"({"people":"p_1"})")).contains("with the id `p_1`"));
}

TEST_F(ProviderAnswerTest, ObjectsActWhenTheyAreDue) {
  act("put", json(R"({"people":{"id":"p_1"},"orders":{"buyer":"p_1","cents":1},"renewals":{}})"));
  EXPECT_EQ(next_due(world_), base::parse_rfc3339("2025-02-28T12:00:00Z"));
  EXPECT_TRUE(act_when_due(world_, now_).events.empty());
  // Three months at once: each at its own time, the order once.
  const DueActs acts = act_when_due(world_, now_ + std::chrono::days(90));
  EXPECT_TRUE(acts.mistakes.empty());
  ASSERT_EQ(acts.events.size(), 4U);
  EXPECT_EQ(acts.events[0].name, "order.void");
  EXPECT_EQ(base::to_json(acts.events[3].data), R"({"count":3,"at":"2025-04-28T12:00:00Z"})");
  EXPECT_EQ(orders()[0].find("state")->as_text(), "void");
  EXPECT_EQ(next_due(world_), base::parse_rfc3339("2025-05-28T12:00:00Z"));
}

TEST_F(ProviderAnswerTest, AFailureIsAReplyOfTheFile) {
  const wire::Request to_answer = request("POST", "/orders/7/pay");
  wire::Response response_answer;
  ProviderAnswer answer(world_, to_answer, now_, response_answer);
  answer.answer_with("busy");
  EXPECT_EQ(answer.response().status, 429);
  EXPECT_EQ(answer.response().headers.get("retry-after"), "1");
  answer.answer_with("missing");
  EXPECT_EQ(answer.response().body, "no 7");
}

TEST_F(ProviderAnswerTest, TheSameSeedGivesTheSame) {
  const ProviderState before = world_.state;
  const std::string first = ask("POST", "/people", "email=a").body;
  world_.state = before;
  EXPECT_EQ(ask("POST", "/people", "email=a").body, first);
}

}  // namespace
}  // namespace peregrine::boundary
