#include "net/query.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

TEST(QueryTest, BuildsQueriesAndForms) {
  const Pairs pairs{{{"a", "1"}, {"b c", "d&e=f+g"}, {"a", ""}}};
  EXPECT_EQ(to_query(pairs), "a=1&b%20c=d%26e%3Df%2Bg&a=");
  EXPECT_EQ(to_form(pairs), "a=1&b+c=d%26e%3Df%2Bg&a=");
  EXPECT_EQ(to_form({{{" ", "%20  "}}}), "+=%2520++");
  EXPECT_EQ(parse_query(to_query(pairs)), pairs);
  EXPECT_EQ(parse_query(to_form(pairs)), pairs);
}

TEST(QueryTest, ReadsWhatClientsWrite) {
  EXPECT_EQ(parse_query("a=1&&b&=c&d==e"),
            (Pairs{{{"a", "1"}, {"b", ""}, {"", "c"}, {"d", "=e"}}}));
  EXPECT_TRUE(parse_query("")->empty());
}

TEST(QueryTest, FindsTheFirstOfAName) {
  const Pairs pairs = *parse_query("a=1&a=2");
  ASSERT_TRUE(pairs.find("a"));
  EXPECT_EQ(*pairs.find("a"), "1");
  EXPECT_FALSE(pairs.find("b"));
}

TEST(QueryTest, RefusesBrokenEncodingAndTooMuch) {
  EXPECT_EQ(parse_query("a=%4").error().code, base::Code::invalid);
  std::string many;
  for (size_t i = 0; i <= kMaxPairs; ++i) many += "a&";
  EXPECT_EQ(parse_query(many).error().text, "more than 10000 names in a query or form");
}

}  // namespace
}  // namespace peregrine::net
