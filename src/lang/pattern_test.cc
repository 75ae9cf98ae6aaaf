#include "lang/pattern.h"

#include <gtest/gtest.h>

#include "lang/expectation.h"

namespace peregrine::lang {
namespace {

class PatternTest : public testing::Test {
 protected:
  Node read(const std::string& yaml) {
    auto root = read_yaml(std::make_shared<const Source>("x.yaml", "a: " + yaml), diagnostics_);
    return root ? *root->find("a") : Node();
  }
  Pattern compile(const std::string& yaml) {
    return Pattern::compile(read(yaml), names_, diagnostics_);
  }
  template <class Form>
  bool is(const std::string& yaml) {
    return std::holds_alternative<Form>(compile(yaml).form);
  }
  // The first thing that is wrong with `yaml` as the expectation for a part of an answer.
  std::string mistake(std::string_view part, const std::string& yaml) {
    Diagnostics fresh;
    std::swap(fresh, diagnostics_);
    compile_expectation(part, read(yaml), names_, diagnostics_);
    return diagnostics_.empty() ? "" : diagnostics_.sorted().front().message;
  }

  Names names_;
  Diagnostics diagnostics_;
};

TEST_F(PatternTest, EachFormIsKnownByItsLooks) {
  EXPECT_TRUE(is<Pattern::Equal>("12"));
  EXPECT_TRUE(is<Pattern::Equal>("null"));
  EXPECT_TRUE(is<Pattern::Kinds>("<int>"));
  EXPECT_TRUE(is<Pattern::Kinds>("\"<text|none>\""));
  EXPECT_TRUE(is<Pattern::Compare>("\"< 50ms\""));
  EXPECT_TRUE(is<Pattern::Compare>("\">=3\""));
  EXPECT_TRUE(is<Pattern::Compare>("\"!= x\""));
  EXPECT_TRUE(is<Pattern::Compare>("\"> 2025-06-09T10:00:00Z\""));
  EXPECT_TRUE(is<Pattern::Matches>("/a+/"));
  EXPECT_TRUE(is<Pattern::StatusClass>("2xx"));
  EXPECT_TRUE(is<Pattern::Items>("[1, 2]"));
  EXPECT_TRUE(is<Pattern::Members>("{ b: 1 }"));
  EXPECT_TRUE(is<Pattern::AnyOf>("{ any: [1, 2] }"));
  EXPECT_TRUE(is<Pattern::Not>("{ not: 1 }"));
  EXPECT_TRUE(diagnostics_.empty());
}

TEST_F(PatternTest, WhatOnlyLooksSoIsText) {
  for (const char* text : {"\"<b>bold</b>\"", "\"<\"", "\">\"", "/path/to", "/", "6xx", "2xxx",
                           "\"<A>\"", "\"<!-- x -->\"", "\"<a href=${'x'}>\""}) {
    EXPECT_TRUE(is<Pattern::Equal>(text)) << text;
  }
  EXPECT_TRUE(diagnostics_.empty());
  EXPECT_TRUE(is<Pattern::Members>("{ any: [1], not: 2 }"));  // two keys: an ordinary map
}

TEST_F(PatternTest, MistakesAreTold) {
  EXPECT_EQ(mistake("json", "<nit>"), "there is no kind `<nit>`");
  EXPECT_EQ(mistake("json", "/a(/"), "this is not a regular expression: missing ): a(");
  EXPECT_EQ(mistake("json", "\"> many\""), "`many` is no number, length of time or instant");
  EXPECT_EQ(mistake("json", "{ any: 1 }"), "`any` is a list of what may be, this is `1`");
  EXPECT_EQ(mistake("json", "{ contains: 1 }"), "`contains` takes a list, this is `1`");
}

TEST_F(PatternTest, APartOfAnAnswerIsHeldAgainstWhatItCanBe) {
  EXPECT_EQ(mistake("status", "200"), "");
  EXPECT_EQ(mistake("status", "2xx"), "");
  EXPECT_EQ(mistake("status", "<int>"), "");
  EXPECT_EQ(mistake("status", "{ not: { any: [404, 5xx] } }"), "");
  EXPECT_EQ(mistake("status", "99"), "`status` is never 99");
  EXPECT_EQ(mistake("status", "{ not: \"404\" }"), "`status` is never \"404\"");
  EXPECT_EQ(mistake("count", "0"), "");
  EXPECT_EQ(mistake("count", "-1"), "`count` is never -1");
  EXPECT_EQ(mistake("rows", "[]"), "");
  EXPECT_EQ(mistake("rows", "[1]"), "`rows` is never 1");
  EXPECT_EQ(mistake("text", "12"), "`text` is never 12");
  EXPECT_EQ(mistake("time", "\"< 1s\""), "");
  EXPECT_EQ(mistake("time", "1s"), "`time` is never \"1s\"");
  EXPECT_EQ(mistake("headers", "[a]"), "`headers` is never a list");
  EXPECT_EQ(mistake("json", "12"), "");
}

TEST_F(PatternTest, HeadersAreComparedInLowerCaseAndAsText) {
  const Pattern pattern =
      compile_expectation("headers", read("{ Content-Length: 12 }"), names_, diagnostics_);
  const auto& members = std::get<Pattern::Members>(pattern.form).members;
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0].key, "content-length");
  EXPECT_EQ(*std::get<Pattern::Equal>(members[0].pattern.form).value.literal(), base::Value("12"));
}

}  // namespace
}  // namespace peregrine::lang
