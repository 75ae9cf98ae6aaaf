#include "lang/template.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

using base::Map;
using base::Value;

class TemplateTest : public testing::Test {
 protected:
  TemplateTest() {
    slots_ = {Value("Anna"), Value(7), Value()};
    names_.declare("name");
    names_.declare("n");
    names_.declare("nothing");
  }

  Template compile(const std::string& text, bool quoted = true, size_t from = 0) {
    Node scalar;
    scalar.kind = Node::Kind::scalar;
    scalar.text = text;
    scalar.quoted = quoted;
    return Template::compile(scalar, names_, diagnostics_, from);
  }

  base::Result<Value> fill(const std::string& text, bool quoted = true) {
    return compile(text, quoted).fill({slots_, nullptr, base::WallTime{}});
  }

  Names names_;
  std::vector<Value> slots_;
  Diagnostics diagnostics_;
};

TEST_F(TemplateTest, AnExpressionAloneKeepsItsType) {
  EXPECT_EQ(*fill("${n}"), Value(7));
  EXPECT_EQ(*fill("${nothing}"), Value());
  EXPECT_EQ(*fill("12", false), Value(12));
  EXPECT_EQ(*fill("12", true), Value("12"));
}

TEST_F(TemplateTest, InsideOfATextItIsText) {
  EXPECT_EQ(*fill("${name} is ${n}"), Value("Anna is 7"));
  EXPECT_EQ(*fill("${n}${n}"), Value("77"));
  EXPECT_EQ(*fill(" ${n}"), Value(" 7"));
  EXPECT_EQ(*fill("a}${'{}'}{${\"}\"}"), Value("a}{}{}"));
  EXPECT_EQ(*fill("$n ${'$'}{n} $${n}"), Value("$n ${n} $7"));
}

TEST_F(TemplateTest, NullHasNoPlaceInsideOfAText) {
  const auto filled = fill("to ${nothing}");
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().text, "`nothing` is null, which has no place inside of a text");
}

TEST_F(TemplateTest, MayBeginWithinItsScalar) {
  const Template part = compile("web /a/${n}", true, 4);
  EXPECT_EQ(*part.fill_text({slots_, nullptr, base::WallTime{}}), "/a/7");
  EXPECT_EQ(*compile("web /a", true, 4).literal(), Value("/a"));
}

TEST_F(TemplateTest, ALiteralIsKnownAsOne) {
  EXPECT_NE(compile("text").literal(), nullptr);
  EXPECT_EQ(compile("${n}").literal(), nullptr);
  EXPECT_EQ(compile("${unknown}").literal(), nullptr);  // a mistake, but no literal null
}

TEST_F(TemplateTest, ExpressionsEnd) {
  compile("${name");
  compile("${}");
  compile("${ '}' ");
  const auto told = diagnostics_.sorted();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].message, "an expression is missing here");
  EXPECT_EQ(told[1].message, "nothing ends the expression that begins here");
}

TEST(PiecesTest, CoverTheWholeText) {
  const auto pieces = split_pieces("a${b}c${'}'}");
  ASSERT_EQ(pieces.size(), 4U);
  EXPECT_EQ(pieces[0].text, "a");
  EXPECT_EQ(pieces[1].text, "b");
  EXPECT_EQ(pieces[1].offset, 3U);
  EXPECT_EQ(pieces[3].text, "'}'");
  EXPECT_TRUE(pieces[3].expression);
  EXPECT_TRUE(split_pieces("").empty());
  EXPECT_FALSE(split_pieces("x${y").back().ends);
}

TEST(ToTextTest, ReadsAsPeopleWriteIt) {
  EXPECT_EQ(to_text(Value("a \"b\"")), "a \"b\"");
  EXPECT_EQ(to_text(Value(*base::Decimal::parse("12.50"))), "12.5");
  EXPECT_EQ(to_text(Value(true)), "true");
  EXPECT_EQ(to_text(Value(base::List{1, "a"})), R"([1,"a"])");
  EXPECT_EQ(to_text(Value(base::WallTime{})), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_text(Value(base::Duration(std::chrono::milliseconds(1500)))), "1.5s");
  EXPECT_EQ(to_text(Value(base::Bytes{std::string("\x00\xff", 2)})), std::string("\x00\xff", 2));
}

}  // namespace
}  // namespace peregrine::lang
