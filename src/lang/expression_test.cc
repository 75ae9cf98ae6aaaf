#include "lang/expression.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::lang {
namespace {

using base::Code;
using base::List;
using base::Map;
using base::Value;

// Compiles and evaluates with the names `a` (a map), `list` and `nothing`.
class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    slots_.resize(3);
    slots_[names_.declare("a")] = Value(Map{{"b", Map{{"c", 7}}}, {"key with blanks", "x"}});
    slots_[names_.declare("list")] = Value(List{1, "two", Map{{"three", 3}}});
    names_.declare("nothing");
  }

  std::optional<Expression> compile(const std::string& text) {
    Node scalar;
    scalar.kind = Node::Kind::scalar;
    scalar.text = text;
    scalar.at = {std::make_shared<const Source>("x.yaml", text), 1, 1, 1};
    return compile_expression(text, scalar, 0, names_, diagnostics_);
  }

  base::Result<Value> evaluate(const std::string& text) {
    const auto expression = compile(text);
    if (!expression) {
      return base::fail(Code::invalid, "it was not compiled: {}", diagnostics_.sorted()[0].message);
    }
    return expression->evaluate({slots_, &random_, base::WallTime{}});
  }

  std::string mistake(const std::string& text) {
    Diagnostics fresh;
    std::swap(fresh, diagnostics_);
    if (compile(text)) return "no mistake";
    const Diagnostic first = diagnostics_.sorted().front();
    return fmt::format("{} {}", first.at.column, first.message);
  }

  Names names_;
  std::vector<Value> slots_;
  base::Random random_{1};
  Diagnostics diagnostics_;
};

TEST_F(ExpressionTest, Literals) {
  EXPECT_EQ(*evaluate("12"), Value(12));
  EXPECT_EQ(*evaluate("-3"), Value(-3));
  EXPECT_EQ(*evaluate("1.5"), Value(1.5));
  EXPECT_EQ(*evaluate("true"), Value(true));
  EXPECT_EQ(*evaluate("null"), Value());
  EXPECT_EQ(*evaluate("'it\\'s'"), Value("it's"));
  EXPECT_EQ(*evaluate(R"("a\tb\\\n\"")"), Value("a\tb\\\n\""));
  EXPECT_EQ(*evaluate(" \n'x'\t "), Value("x"));
}

TEST_F(ExpressionTest, NamesMembersAndIndices) {
  EXPECT_EQ(*evaluate("a.b.c"), Value(7));
  EXPECT_EQ(*evaluate("a['b'][\"c\"]"), Value(7));
  EXPECT_EQ(*evaluate("a['key with blanks']"), Value("x"));
  EXPECT_EQ(*evaluate("list[1]"), Value("two"));
  EXPECT_EQ(*evaluate("list[2].three"), Value(3));
  EXPECT_EQ(*evaluate("list [ list[0] ]"), Value("two"));
}

TEST_F(ExpressionTest, WhatIsAbsentSaysSo) {
  auto missing = evaluate("a.d");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().text, "`a` has no `d`; it has `b`, `key with blanks`");
  EXPECT_EQ(evaluate("list[3]").error().text, "`list` has 3 elements, so there is none at 3");
  EXPECT_EQ(evaluate("list[-1]").error().code, Code::not_found);
  EXPECT_EQ(evaluate("nothing.x").error().code, Code::not_found);
  EXPECT_EQ(evaluate("nothing[0]").error().code, Code::not_found);
  EXPECT_EQ(evaluate("a.b.c.d").error().text, "`a.b.c` is int, so it has no `d`");
  EXPECT_EQ(evaluate("list['x']").error().code, Code::invalid);
}

TEST_F(ExpressionTest, OrTakesTheDefaultForWhatIsAbsentOrNull) {
  EXPECT_EQ(*evaluate("or(a.b.c, 1)"), Value(7));
  EXPECT_EQ(*evaluate("or(a.d, 1)"), Value(1));
  EXPECT_EQ(*evaluate("or(nothing, 1)"), Value(1));
  EXPECT_EQ(*evaluate("or(nothing.deeper.still, 1)"), Value(1));
  EXPECT_EQ(*evaluate("or(list[9], or(a.x, 2))"), Value(2));
  EXPECT_FALSE(evaluate("or(a.b.c.d, 1)"));    // a mistake, not an absence
  EXPECT_FALSE(evaluate("or(1, a.missing)"));  // the default has to exist
}

TEST_F(ExpressionTest, MistakesPointAtTheirBytes) {
  EXPECT_EQ(mistake("a.b + 1"), "5 `+` is not expected here");
  EXPECT_EQ(mistake("b"), "1 nothing is named `b` here");
  EXPECT_EQ(mistake("or(a, bb)"), "7 nothing is named `bb` here");
  EXPECT_EQ(mistake("'text"), "1 this text has no end");
  EXPECT_EQ(mistake("a."), "3 a name is missing after `.`");
  EXPECT_EQ(mistake("a[1"), "4 `]` is missing here");
  EXPECT_EQ(mistake("text(1, 2)"), "1 `text` takes 1 argument, here are 2");
  EXPECT_EQ(mistake("txt(1)"), "1 there is no function `txt`");
  EXPECT_EQ(mistake("'\\q'"), "2 `\\q` means nothing in a text");
  EXPECT_EQ(mistake("1.2.3"), "1 `1.2.3` is not a number");
  EXPECT_EQ(mistake("1."), "1 `1.` is not a number");
  EXPECT_EQ(mistake("-"), "1 `-` is not a number");
  EXPECT_EQ(mistake("9223372036854775808"), "1 this is more than an integer of 64 bits holds");
  EXPECT_EQ(mistake(""), "1 an expression is missing here");
  EXPECT_EQ(mistake("é"), "1 `é` cannot begin an expression");
}

TEST_F(ExpressionTest, IsBounded) {
  std::string chain = "a";
  for (int i = 0; i < kDeepestExpression; ++i) chain += ".b";
  EXPECT_NE(mistake(chain).find("nested more than"), std::string::npos);
  const std::string nested(100'000, '[');
  EXPECT_NE(mistake("a" + nested).find("an expression of more than"), std::string::npos);
  EXPECT_NE(mistake(std::string(1000, '(')).find("cannot begin"), std::string::npos);
  std::string calls;
  for (int i = 0; i < 1000; ++i) calls += "base64(";
  EXPECT_NE(mistake(calls).find("nested more than"), std::string::npos);
}

TEST_F(ExpressionTest, TellsWhatItReads) {
  const Slot a = *names_.find("a");
  const Slot list = *names_.find("list");
  EXPECT_TRUE(compile("or(a.b, list[0])")->reads(a));
  EXPECT_TRUE(compile("or(a.b, list[0])")->reads(list));
  EXPECT_TRUE(compile("list[a.b.c]")->reads(a));
  EXPECT_FALSE(compile("list[0]")->reads(a));
}

TEST_F(ExpressionTest, ANameOfTheStepAndOfTheJourneyIsAmbiguous) {
  names_.enter("a");
  EXPECT_EQ(mistake("a.b"), "1 `a` is what this step sees, and a name of the journey");
  names_.leave();
  EXPECT_EQ(mistake("a.b"), "no mistake");
}

TEST_F(ExpressionTest, ANameThatComesLaterIsToldWhere) {
  names_.announce("soon", 12);
  EXPECT_EQ(mistake("soon"), "1 `soon` has no value yet here");
  EXPECT_EQ(diagnostics_.sorted().front().remedy, "it gets one in line 12");
}

}  // namespace
}  // namespace peregrine::lang
