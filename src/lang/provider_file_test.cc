#include "lang/provider_file.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::string_view kShop = R"(provider: shop
hosts: [api.shop.example]
secrets: { key: "k_${text(8)}", hook: abc }
auth: { headers: { authorization: "Bearer ${secrets.key}" }, else: denied }
idempotency: { key: "headers['idempotency-key']", for: 24h, differs: denied }
resources:
  people:
    id: p_${text(4)}
    fields: { email: <text|none>, live: true }
    unique: { fields: [email], else: denied }
  orders:
    id: ${orders.size() + 1}
    fields:
      buyer: <people>
      cents: <int>
      state: open
      label: "${this.state} ${this.cents}"
      due: ${now()}
    states: { state: { open: [paid] }, else: denied }
    at: due
    do:
      - { update: this, with: { state: paid } }
      - { send: order.paid, with: "${this}", when: this.cents > 0 }
replies:
  denied: { status: 403, json: { error: denied } }
  missing: { status: 404, text: "no ${path.id}" }
  late: { status: 410, json: { order: "${o}" } }
routes:
  POST /orders:
    name: order
    require: { json: { cents: "> 0" }, else: denied }
    do:
      - { create: orders, with: "${json}", as: o }
    reply: { status: 201, headers: { location: "/orders/${o.id}" }, json: "${o}" }
  GET /orders:
    list: { of: orders, order: -due, after: query.after, limit: query.limit, default: 5 }
    reply: { json: { data: "${page.items}", more: "${page.more}" } }
  GET /orders/{id}:
    let:
      o: find(orders, path.id)
      twice: or(query.times, 1) * 2
      cents: o.cents * twice
    cases:
      - { when: o == null, reply: missing }
      - { when: o.state == 'open', reply: late }
      - reply: { json: "${cents}" }
  GET /orders/latest:
    wait: { until: orders.size() > 0, within: "${query.timeout}s", replaced: denied }
    exec: ./latest ${path}
actions:
  pay:
    with: { order: <orders>, by: card }
    do:
      - { update: order, with: { state: paid } }
      - { send: paid, with: { id: "${order.id}", by: "${by}" }, to: "http://localhost/${by}" }
      - { delete: "people[0]" }
webhooks:
  sign: { scheme: hmac, header: x-sign, prefix: sha256=, secret: "${secrets.hook}" }
  body: { type: "${event}", data: "${data}" }
  retry: [1s, 1m]
)";

std::optional<ProviderSpec> read(std::string_view text, Diagnostics& diagnostics) {
  return read_provider(std::make_shared<const Source>("p.yaml", std::string(text)), diagnostics);
}

class ProviderTest : public testing::Test {
 protected:
  ProviderTest() {
    Diagnostics diagnostics;
    auto read_spec = read(kShop, diagnostics);
    for (const Diagnostic& mistake : diagnostics.sorted()) ADD_FAILURE() << render(mistake);
    if (read_spec) spec_ = *std::move(read_spec);
  }

  ProviderSpec spec_;
};

TEST_F(ProviderTest, WhatJourneysName) {
  EXPECT_EQ(spec_.name, "shop");
  ASSERT_NE(spec_.find_action("pay"), nullptr);
  EXPECT_EQ(spec_.find_action("pay")->inputs[0].name, "order");
  EXPECT_EQ(spec_.find_action("put"), nullptr);
  EXPECT_TRUE(is_common_action("put"));
  EXPECT_EQ(spec_.action_names(), (std::vector<std::string_view>{"pay", "put", "remove"}));
  ASSERT_NE(spec_.find_route("order"), nullptr);
  EXPECT_EQ(spec_.find_route("order"), spec_.find_route("POST /orders"));
  EXPECT_EQ(spec_.find_route("PUT /orders"), nullptr);
  EXPECT_EQ(spec_.find_route(""), nullptr);
  EXPECT_NE(spec_.find_reply("denied"), nullptr);
  EXPECT_EQ(spec_.find_resource("orders"), 1U);
  EXPECT_EQ(spec_.resource_names(), (std::vector<std::string_view>{"people", "orders"}));
}

TEST_F(ProviderTest, ARequestGoesToTheRouteWithMostLiteralText) {
  EXPECT_EQ(spec_.route_of("GET", "/orders/latest")->title(), "GET /orders/latest");
  EXPECT_EQ(spec_.route_of("GET", "/orders/7")->title(), "GET /orders/{id}");
  EXPECT_EQ(spec_.route_of("PUT", "/orders/7"), nullptr);
}

TEST_F(ProviderTest, FieldsAreDefaultsOrGiven) {
  const Resource& orders = spec_.resources[1];
  const auto& buyer = std::get<GivenKind>(orders.fields[0].value);
  EXPECT_EQ(buyer.references, std::vector<size_t>{0});
  EXPECT_FALSE(buyer.optional);
  EXPECT_TRUE(std::get<GivenKind>(spec_.resources[0].fields[0].value).optional);
  EXPECT_TRUE(std::holds_alternative<Shape>(orders.fields[2].value));
  ASSERT_EQ(orders.states.size(), 1U);
  EXPECT_EQ(orders.states[0].steps[0].to, std::vector<std::string>{"paid"});
  EXPECT_EQ(orders.states[0].otherwise->name, "denied");
  EXPECT_EQ(spec_.resources[0].unique[0].fields, std::vector<size_t>{0});

  std::vector<Value> slots(orders.slots);
  slots[spec_.slots.resources + 1] = Value(List{1, 2});
  slots[orders.self] = Value(Map{{"state", "open"}, {"cents", 7}, {"due", 5}});
  const Context context{.slots = slots};
  EXPECT_EQ(*orders.id.fill(context), Value(3));
  EXPECT_EQ(*std::get<Shape>(orders.fields[3].value).fill(context), Value("open 7"));
  EXPECT_EQ(*orders.due->evaluate(context), Value(5));
}

TEST_F(ProviderTest, LetsThatReadResourcesAreLive) {
  const Route& route = *spec_.find_route("GET /orders/{id}");
  ASSERT_EQ(route.lets.size(), 3U);
  EXPECT_TRUE(route.lets[0].live);
  EXPECT_FALSE(route.lets[1].live);
  EXPECT_TRUE(route.lets[2].live) << "through another";
}

TEST_F(ProviderTest, NamedRepliesSeeWhatTheirRouteSees) {
  const Route& route = *spec_.find_route("GET /orders/{id}");
  std::vector<Value> slots(route.slots);
  slots[spec_.slots.of(RequestPart::path)] = Value(Map{{"id", "9"}});
  slots[route.lets[0].slot] = Value(Map{{"id", 9}});
  const Context context{.slots = slots};
  const auto answer = [&](size_t i) { return std::get<ReplyPtr>(route.cases[i].answer); };
  EXPECT_EQ(*std::get<Reply::Text>(answer(0)->body).text.fill(context), Value("no 9"));
  const Value late = *std::get<Reply::Json>(answer(1)->body).value.fill(context);
  EXPECT_EQ(late, Value(Map{{"order", Map{{"id", 9}}}}));
  EXPECT_EQ(spec_.find_reply("late")->anywhere, nullptr) << "it needs the route's `o`";
  EXPECT_NE(spec_.find_reply("missing")->anywhere, nullptr);
}

TEST_F(ProviderTest, EffectsKnowTheirResources) {
  const ProviderAction& pay = *spec_.find_action("pay");
  ASSERT_EQ(pay.effects.size(), 3U);
  EXPECT_EQ(std::get<UpdateEffect>(pay.effects[0].does).resource, 1U);
  EXPECT_TRUE(std::get<SendEffect>(pay.effects[1].does).to.has_value());
  EXPECT_EQ(std::get<DeleteEffect>(pay.effects[2].does).resource, 0U);
  const Route& order = *spec_.find_route("order");
  EXPECT_EQ(std::get<CreateEffect>(order.cases[0].effects[0].does).resource, 1U);
  ASSERT_EQ(order.requirements.size(), 1U);
  EXPECT_EQ(order.requirements[0].parts[0].first, RequestPart::json);
}

TEST_F(ProviderTest, ListsWaitsAndPrograms) {
  const Listing& listing = *spec_.find_route("GET /orders")->cases[0].listing;
  EXPECT_EQ(listing.order, "due");
  EXPECT_TRUE(listing.descending);
  EXPECT_EQ(listing.default_limit, 5);
  EXPECT_TRUE(listing.after && !listing.before && listing.limit);
  const Case& latest = spec_.find_route("GET /orders/latest")->cases[0];
  EXPECT_TRUE(latest.wait && latest.wait->replaced);
  EXPECT_TRUE(std::holds_alternative<ExecAnswer>(latest.answer));
}

TEST_F(ProviderTest, WebhooksSayHowTheyAreSigned) {
  const Signature& sign = *spec_.webhooks->sign;
  EXPECT_EQ(sign.scheme, Signature::Scheme::hmac);
  EXPECT_EQ(sign.algorithm, "sha256");
  EXPECT_EQ(sign.prefix, "sha256=");
  EXPECT_EQ(spec_.webhooks->retry.size(), 2U);
  EXPECT_EQ(spec_.idempotency->keep, std::chrono::hours(24));
  EXPECT_EQ(spec_.auth->otherwise->name, "denied");
}

// Bounds that no case in a file of its own would show well.
TEST(ProviderLimitsTest, TooManyOfAKind) {
  std::string routes = "provider: p\nroutes:\n";
  for (int i = 0; i < 2001; ++i) routes += "  GET /" + std::to_string(i) + ": { reply: {} }\n";
  Diagnostics diagnostics;
  EXPECT_EQ(read(routes, diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.sorted().front().message, "2001 routes are too many");
}

TEST(ProviderLimitsTest, TooManyCasesOfAllRoutes) {
  std::string text = "provider: p\nroutes:\n";
  for (int i = 0; i < 101; ++i) {
    text += "  GET /" + std::to_string(i) + ":\n    cases:\n";
    for (int j = 0; j < 99; ++j) text += "      - { when: json == 1, reply: {} }\n";
    text += "      - reply: {}\n";
  }
  Diagnostics diagnostics;
  EXPECT_EQ(read(text, diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.sorted().front().message, "10100 cases of all routes are too many");
}

TEST(ProviderLimitsTest, RepliesThatManyRoutesName) {
  std::string text = "provider: p\nreplies:\n  big:\n    json:\n";
  for (int i = 0; i < 500; ++i) text += "      - " + std::to_string(i) + "\n";
  text += "routes:\n";
  for (int i = 0; i < 500; ++i) text += "  GET /" + std::to_string(i) + ": { reply: big }\n";
  Diagnostics diagnostics;
  EXPECT_EQ(read(text, diagnostics), std::nullopt);
  EXPECT_EQ(diagnostics.sorted().front().message,
            "the replies that routes name have more than 200000 values");
}

}  // namespace
}  // namespace peregrine::lang
