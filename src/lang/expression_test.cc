#include "lang/expression.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::lang {
namespace {

using base::Value;

// An expression over `this`, `n` (absent, so null) and `anna`.
class ExpressionTest : public testing::Test {
 protected:
  ExpressionTest() {
    names_.declare("this");
    names_.declare("n");
    names_.declare("anna");
    const auto json = base::parse_json(
        R"({"total": 120, "items": [1, 2, 3], "who": {"name": "Anna"}, "none": null})");
    slots_ = {*json, Value(), Value(base::Map{{"token", "t1"}})};
  }

  std::optional<Expression> compile(std::string_view text, Diagnostics& diagnostics) {
    Node scalar;
    scalar.kind = Node::Kind::scalar;
    scalar.text = text;
    scalar.at = {std::make_shared<const Source>("x.yaml", scalar.text), 1, 1, 1};
    return compile_expression(text, scalar, 0, names_, diagnostics);
  }

  // What it gives as JSON, or the error: of the compilation with its columns.
  std::string of(std::string_view text) {
    Diagnostics diagnostics;
    const auto expression = compile(text, diagnostics);
    if (!expression) {
      const Diagnostic mistake = diagnostics.sorted().at(0);
      const int end = mistake.at.column + mistake.at.length - 1;
      const std::string remedy = mistake.remedy.empty() ? "" : "; " + mistake.remedy;
      return fmt::format("{}-{}: {}{}", mistake.at.column, end, mistake.message, remedy);
    }
    const auto value = expression->evaluate(
        Context{.slots = slots_, .random = &random_, .now = base::WallTime{}, .zone = zone_});
    return value ? base::to_json(*value) : value.error().text;
  }

  Names names_;
  std::vector<Value> slots_;
  base::Random random_{7};
  std::string zone_ = "UTC";
};

TEST_F(ExpressionTest, ReadsMembersAndCallsFunctions) {
  EXPECT_EQ(of("this.total > 100 && this.items.size() == 3"), "true");
  EXPECT_EQ(of("this.items.map(i, i * 2).filter(i, i > 2)"), "[4,6]");
  EXPECT_EQ(of("{'a': this.who.name, 'b': [n]}"), R"({"a":"Anna","b":[null]})");
  EXPECT_EQ(of("this.total > 100 ? 'many' : 'few'"), "\"many\"");
}

TEST_F(ExpressionTest, SaysWhatAMapHas) {
  EXPECT_EQ(of("this.who.nme"), "`this.who` has no `nme`; it has `name`");
  EXPECT_EQ(of("this.items[3]"), "`this.items` has 3 elements, so there is none at 3");
  EXPECT_EQ(of("n.x"), "`n` is null, so it has no `x`");
  EXPECT_EQ(of("this.total.x"), "`this.total` is int, so it has no `x`");
}

TEST_F(ExpressionTest, OrTakesWhatIsAbsentOrNull) {
  EXPECT_EQ(of("or(this.missing, 1)"), "1");
  EXPECT_EQ(of("or(this.none, 1)"), "1");
  EXPECT_EQ(of("or(this.missing.deeper, 1)"), "1");
  EXPECT_EQ(of("or(this.total, 1)"), "120");
  EXPECT_EQ(of("or(this.items[9], 1)"), "1");
  EXPECT_EQ(of("or(this.total.x, 1)"), "`this.total` is int, so it has no `x`");
}

TEST_F(ExpressionTest, SpecialsDoNotLeave) {
  EXPECT_EQ(of("{1: 'a', true: 'b'}"), R"({"1":"a","true":"b"})");
  EXPECT_EQ(of("[type(1), this.?total, this.?missing]"), R"(["int",120,null])");
}

TEST_F(ExpressionTest, TellsThePlaceOfAMistake) {
  EXPECT_EQ(of("this.total + ana.token"),
            "14-16: nothing is named `ana` here; did you mean `anna`?");
  EXPECT_EQ(of("sizes(this)"), "1-5: there is no function `sizes`; did you mean `size`?");
  EXPECT_EQ(of("this.items.exist(i, i > 1)"),
            "12-16: there is no method `exist`; did you mean `exists`?");
  EXPECT_EQ(of("digits(1, 2)"), "1-12: `digits` takes 1 argument, here are 2; write digits(n)");
  EXPECT_EQ(of("digits('a')"), "8-10: `digits` takes int here, not text; write digits(n)");
  EXPECT_EQ(of("this.total = 3"),
            "12-12: `=` has no meaning in an expression; to compare, write `==`");
  EXPECT_EQ(of("this.total >"),
            "13-13: an expression is missing here; "
            "a name, a number, a text in quotes or a call stands here");
  EXPECT_EQ(of("'abc"), "1-4: this text has no end; close it with '");
  EXPECT_EQ(of("'a' + 1"),
            "1-7: `+` does not work on text and int; to make a text of it: string(x)");
  EXPECT_EQ(of("this.who.name.matches('(')"),
            "1-26: this is not a regular expression: missing ): (");
  EXPECT_EQ(of("1 / 0"), "1-5: a division by zero: 1 / 0");
}

TEST_F(ExpressionTest, RefusesToCompareAThingWithItself) {
  EXPECT_EQ(of("this.total == this.total"),
            "1-24: `this.total == this.total` is always true; compare with something else");
  EXPECT_EQ(of("this.total < this.total"),
            "1-23: `this.total < this.total` is always false; compare with something else");
  EXPECT_EQ(of("digits(4) == digits(4) || true"), "true");
}

TEST_F(ExpressionTest, IsBounded) {
  const std::string deep = std::string(200, '(') + "1" + std::string(200, ')');
  EXPECT_TRUE(of(deep).contains("nested too deeply")) << of(deep);
  EXPECT_EQ(of("range(2000000).size()"), "1-21: the expression takes more than 1000000 steps");
  EXPECT_EQ(of("range(1100).all(a, range(1100).all(b, a + b >= 0))"),
            "the expression takes more than 1000000 steps");
  std::string doubling = "this.who.name";
  for (int i = 0; i < 24; ++i) doubling = fmt::format("cel.bind(x, {}, x + x)", doubling);
  EXPECT_EQ(of(doubling + ".size()"), "a text of more than 16777216 bytes");
  std::string lists = "[n]";
  for (int i = 0; i < 24; ++i) lists = fmt::format("cel.bind(x, {}, [x, x])", lists);
  EXPECT_TRUE(of(lists).ends_with("gives more than 1000000 values")) << of(lists).substr(0, 200);
  EXPECT_EQ(of("cel.bind(a, " + lists + ", a == [a] || a != [a, a][0])"),
            "the expression takes more than 1000000 steps");
}

// Steps are counted by what is read, not by what is given back.
TEST_F(ExpressionTest, LongTextsAreNotReadForNothing) {
  std::string text = "this.who.name";
  for (int i = 0; i < 19; ++i) text = fmt::format("cel.bind(x, {}, x + x)", text);
  for (const char* reading :
       {"t.charAt(2000000) == 'A'", "t.size() > 0", "t.indexOf('A') == 0", "t.trim() != ''",
        "t.substring(2000000, 2000001) == 'A'", "hmac('sha256', 'k', t) != ''"}) {
    EXPECT_EQ(of(fmt::format("cel.bind(t, {}, range(40).all(i, {}))", text, reading)),
              "the expression takes more than 1000000 steps")
        << reading;
  }
}

TEST_F(ExpressionTest, CountsMonthsInTheJourneysZone) {
  EXPECT_EQ(of("local('2025-01-31 10:00').plus(1, 'months')"), "\"2025-02-28T10:00:00Z\"");
  zone_ = "Europe/Berlin";
  EXPECT_EQ(of("local('2025-10-25 10:00')"), "\"2025-10-25T08:00:00Z\"");
  EXPECT_EQ(of("local('2025-10-25 10:00').plus(1, 'days')"), "\"2025-10-26T09:00:00Z\"");
  EXPECT_EQ(of("local('2025-10-25 10:00').plus(24, 'hours')"), "\"2025-10-26T08:00:00Z\"");
  EXPECT_EQ(of("local('2025-03-30 02:30')"), "\"2025-03-30T01:00:00Z\"");
  EXPECT_EQ(of("now().plus(1, 'monthz')"),
            "1-23: \"monthz\" is none of milliseconds, seconds, minutes, hours, days, weeks, "
            "months, years");
}

TEST_F(ExpressionTest, KeepsDecimalsExact) {
  const auto price = base::Decimal::parse("0.10");
  slots_[1] = Value(*price);
  EXPECT_EQ(of("n * 3"), "0.3");
  EXPECT_EQ(of("n + n + n == 0.3"), "true");
  EXPECT_EQ(of("-n"), "-0.1");
}

TEST_F(ExpressionTest, KnowsWhatItReadsAndWhatIsConstant) {
  Diagnostics diagnostics;
  const auto reads = compile("this.items.all(i, i > n)", diagnostics);
  ASSERT_TRUE(reads);
  EXPECT_TRUE(reads->reads(0));
  EXPECT_TRUE(reads->reads(1));
  EXPECT_FALSE(reads->reads(2));
  EXPECT_EQ(reads->constant(), nullptr);
  const auto constant = compile("this.total > 1 || 1 + 1 == 2", diagnostics);
  ASSERT_TRUE(constant && constant->constant());
  EXPECT_EQ(*constant->constant(), Value(true));
  EXPECT_TRUE(constant->reads(0));
}

TEST_F(ExpressionTest, ANameOfTheStepAndOfTheJourneyIsAmbiguous) {
  names_.enter("n");
  EXPECT_EQ(of("n == null"),
            "1-1: `n` is what this step sees, and a name of the journey; "
            "give the journey's another name");
  names_.leave();
  EXPECT_EQ(of("n == null"), "true");
}

TEST_F(ExpressionTest, TellsOfNamesThatAreNotKnownHere) {
  names_.announce("soon", 12);
  EXPECT_EQ(of("soon"), "1-4: `soon` has no value yet here; it gets one in line 12");
  names_.declare("env");
  EXPECT_EQ(of("PORT"),
            "1-4: nothing is named `PORT` here; "
            "a variable of the environment is `env.PORT`");
  EXPECT_EQ(of("expand({}, [])"),
            "1-6: `expand` follows the references of a provider's own file; elsewhere name what is "
            "referred to: find(shop.customers, order.customer)");
}

TEST_F(ExpressionTest, NotesWhatIsReadOfTheEnvironment) {
  names_.declare("env");
  Names part = names_.narrowed({"env"});
  Diagnostics diagnostics;
  for (std::string_view text :
       {"1 + n", "env.A + env['B']", "has(env.C) ? or(env.?D, 'x') : 'env.Z'", "env.A",
        "n.map(x, x + env[?'E'].orValue(''))"}) {
    ASSERT_TRUE(compile(text, diagnostics)) << text;
  }
  auto noted = [&] {
    std::string all;
    for (const EnvRead& read : part.env_reads()) {
      all += fmt::format("{}@{} ", read.name, read.at.column);
    }
    return all;
  };
  EXPECT_EQ(noted(), "A@1 B@9 C@5 D@17 E@14 ");
  ASSERT_TRUE(compile("size(env[string(n)])", diagnostics));
  EXPECT_EQ(noted(), "@6 A@1 B@9 C@5 D@17 E@14 ");
}

}  // namespace
}  // namespace peregrine::lang
