#include <gtest/gtest.h>

#include "base/json.h"
#include "lang/expression.h"

namespace peregrine::lang {
namespace {

using base::List;
using base::Map;
using base::Value;

// A customer is c1; an order refers to it, and a refund to the order.
class Shop : public References {
 public:
  Value follow(const Map& object, std::string_view field) const override {
    const Value* held = object.find(field);
    if (field == "customer" && *held == Value("c1")) return Value(Map{{"id", "c1"}, {"age", 7}});
    if (field == "order") return Value(Map{{"id", 1}, {"customer", "c1"}});
    return *held;
  }
  const Finder* finder(const List&) const override { return nullptr; }
};

std::string evaluate(std::string_view text, bool provider = true) {
  static const Shop shop;
  const std::vector<Value> slots = {
      Value(List{Map{{"id", 1}, {"customer", "c1"}}, Map{{"id", "x"}}, Map{{"name", "odd"}}}),
      Value(Map{{"order", 1}, {"note", nullptr}}), Value(Map{{"names", List{"customer"}}})};
  Names names;
  names.declare("list");
  names.declare("refund");
  names.declare("form");
  names.allow_expand();
  Node scalar;
  scalar.kind = Node::Kind::scalar;
  scalar.at = {std::make_shared<const Source>("x.yaml", std::string(text)), 1, 1, 1};
  Diagnostics diagnostics;
  const auto expression = compile_expression(text, scalar, 0, names, diagnostics);
  if (!expression) return diagnostics.sorted().front().message;
  const auto value =
      expression->evaluate({.slots = slots, .references = provider ? &shop : nullptr});
  return value ? base::to_json(*value) : value.error().text;
}

TEST(ProviderFunctionsTest, FindByIdAcrossTextAndNumbers) {
  EXPECT_EQ(evaluate("find(list, 1).customer"), R"("c1")");
  EXPECT_EQ(evaluate("find(list, '1').customer"), R"("c1")");
  EXPECT_EQ(evaluate("find(list, 'x')"), R"({"id":"x"})");
  EXPECT_EQ(evaluate("find(list, 'y')"), "null");
  EXPECT_EQ(evaluate("find(list, null)"), "null");
  EXPECT_EQ(evaluate("find(list, form.absent)"), "null") << "what was not given is found nowhere";
}

TEST(ProviderFunctionsTest, ExpandFollowsReferences) {
  EXPECT_EQ(evaluate("expand(list[0], 'customer')"), R"({"id":1,"customer":{"id":"c1","age":7}})");
  EXPECT_EQ(evaluate("expand(list[0], form.names).customer.age"), "7");
  EXPECT_EQ(evaluate("expand(list[0], form.expand)"), R"({"id":1,"customer":"c1"})");
  EXPECT_EQ(evaluate("expand(refund, ['order.customer']).order.customer.age"), "7");
  EXPECT_EQ(evaluate("expand(refund, ['order', 'order.customer']).order.customer.age"), "7");
  EXPECT_EQ(evaluate("expand(refund, ['note', 'nothing', ''])"), R"({"order":1,"note":null})");
  EXPECT_EQ(evaluate("expand(list, ['data.customer'])[0].customer.age"), "7");
  EXPECT_EQ(evaluate("expand(null, 'a')"), "null");
  EXPECT_EQ(evaluate("expand(refund, 'order')", false),
            "expand() is for providers, which have objects");
}

}  // namespace
}  // namespace peregrine::lang
