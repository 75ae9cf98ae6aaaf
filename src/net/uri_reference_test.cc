#include "net/uri_reference.h"

#include <gtest/gtest.h>

namespace peregrine::net {
namespace {

struct Example {
  const char* reference;
  const char* target;
};

constexpr std::string_view kBase = "http://a/b/c/d;p?q";

// The examples of RFC 3986, section 5.4.1 and 5.4.2, all of them.
TEST(UriReference, ResolvesTheNormalExamplesOfTheRfc) {
  for (const auto& [reference, target] : std::vector<Example>{
           {"g:h", "g:h"},
           {"g", "http://a/b/c/g"},
           {"./g", "http://a/b/c/g"},
           {"g/", "http://a/b/c/g/"},
           {"/g", "http://a/g"},
           {"//g", "http://g"},
           {"?y", "http://a/b/c/d;p?y"},
           {"g?y", "http://a/b/c/g?y"},
           {"#s", "http://a/b/c/d;p?q#s"},
           {"g#s", "http://a/b/c/g#s"},
           {"g?y#s", "http://a/b/c/g?y#s"},
           {";x", "http://a/b/c/;x"},
           {"g;x", "http://a/b/c/g;x"},
           {"g;x?y#s", "http://a/b/c/g;x?y#s"},
           {"", "http://a/b/c/d;p?q"},
           {".", "http://a/b/c/"},
           {"./", "http://a/b/c/"},
           {"..", "http://a/b/"},
           {"../", "http://a/b/"},
           {"../g", "http://a/b/g"},
           {"../..", "http://a/"},
           {"../../", "http://a/"},
           {"../../g", "http://a/g"},
       }) {
    EXPECT_EQ(resolve_reference(kBase, reference), target) << reference;
  }
}

TEST(UriReference, ResolvesTheAbnormalExamplesOfTheRfc) {
  for (const auto& [reference, target] : std::vector<Example>{
           {"../../../g", "http://a/g"},
           {"../../../../g", "http://a/g"},
           {"/./g", "http://a/g"},
           {"/../g", "http://a/g"},
           {"g.", "http://a/b/c/g."},
           {".g", "http://a/b/c/.g"},
           {"g..", "http://a/b/c/g.."},
           {"..g", "http://a/b/c/..g"},
           {"./../g", "http://a/b/g"},
           {"./g/.", "http://a/b/c/g/"},
           {"g/./h", "http://a/b/c/g/h"},
           {"g/../h", "http://a/b/c/h"},
           {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
           {"g;x=1/../y", "http://a/b/c/y"},
           {"g?y/./x", "http://a/b/c/g?y/./x"},
           {"g?y/../x", "http://a/b/c/g?y/../x"},
           {"g#s/./x", "http://a/b/c/g#s/./x"},
           {"g#s/../x", "http://a/b/c/g#s/../x"},
           {"http:g", "http:g"},
       }) {
    EXPECT_EQ(resolve_reference(kBase, reference), target) << reference;
  }
}

TEST(UriReference, WhereTheBaseHasNoPathOrNoAuthority) {
  EXPECT_EQ(resolve_reference("http://a", "g"), "http://a/g");
  EXPECT_EQ(resolve_reference("http://a?q", "?y"), "http://a?y");
  EXPECT_EQ(resolve_reference("urn:x:y", "z"), "urn:z");
  EXPECT_EQ(resolve_reference("http://a/b//c", "../d"), "http://a/b/d");
  EXPECT_EQ(resolve_reference("http://a/b", "?"), "http://a/b?");
  // What comes before a colon must look like a scheme.
  EXPECT_EQ(resolve_reference("http://a/b", "./1:2"), "http://a/1:2");
  EXPECT_EQ(resolve_reference("http://a/b", "1:2"), "http://a/1:2");
}

TEST(UriReference, RemovesDotSegments) {
  EXPECT_EQ(without_dot_segments("/a/b/c/./../../g"), "/a/g");
  EXPECT_EQ(without_dot_segments("mid/content=5/../6"), "mid/6");
  EXPECT_EQ(without_dot_segments("/.."), "/");
  EXPECT_EQ(without_dot_segments("../.."), "");
  EXPECT_EQ(without_dot_segments(""), "");
  EXPECT_EQ(without_dot_segments("//.."), "/");
}

}  // namespace
}  // namespace peregrine::net
