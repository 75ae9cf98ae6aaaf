#include "boundary/provider_form.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::boundary {
namespace {

std::string read(std::string_view query) { return base::to_json(nested(*net::parse_query(query))); }

TEST(ProviderFormTest, BracketsNest) {
  EXPECT_EQ(read("a=1&b[c]=2&b[d][e]=3"), R"({"a":"1","b":{"c":"2","d":{"e":"3"}}})");
  EXPECT_EQ(read("items[0][id]=x&items[1][id]=y&items[0][n]=1"),
            R"({"items":[{"id":"x","n":"1"},{"id":"y"}]})");
  EXPECT_EQ(read("tags[]=p&tags[]=q&one[]=r&n=1&n=2"),
            R"({"tags":["p","q"],"one":["r"],"n":["1","2"]})");
  EXPECT_EQ(read(""), "{}");
}

TEST(ProviderFormTest, AListHasThePlacesFrom0) {
  EXPECT_EQ(read("a[1]=y&a[0]=x"), R"({"a":["x","y"]})");
  EXPECT_EQ(read("a[1]=x&a[2]=y"), R"({"a":{"1":"x","2":"y"}})");
  EXPECT_EQ(read("a[0]=x&a[99999999999999999999]=y"),
            R"({"a":{"0":"x","99999999999999999999":"y"}})");
  EXPECT_EQ(read("0=x"), R"({"0":"x"})");
}

TEST(ProviderFormTest, WhatIsNotWrittenSoStandsForItself) {
  EXPECT_EQ(read("[a]=1&b[=2&c]=3&d[e]f=4&g[h]i]=5"),
            R"({"[a]":"1","b[":"2","c]":"3","d[e]f":"4","g[h]i]":"5"})");
  std::string deep = "a";
  for (size_t i = 0; i <= kMostBrackets; ++i) deep += "[b]";
  EXPECT_EQ(read(deep + "=1"), R"({")" + deep + R"(":"1"})");
}

}  // namespace
}  // namespace peregrine::boundary
