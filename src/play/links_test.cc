#include "play/links.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace peregrine::play {
namespace {

std::string links(std::string_view text) { return base::to_json(find_links(text)); }

TEST(LinksTest, AreFoundInPages) {
  EXPECT_EQ(links(R"(<a href="/a?b=1&amp;c=2">x</a> <a class=z href='https://h/p'>y</a>)"),
            R"(["/a?b=1&c=2","https://h/p"])");
  EXPECT_EQ(links("<a href=/plain>x</a>"), R"(["/plain"])");
  EXPECT_EQ(links("<a href=\"\">none</a><p>text</p>"), "[]");
}

TEST(LinksTest, AreFoundInTexts) {
  EXPECT_EQ(links("Go to https://example.org/t?x=(1). Or http://b.example!"),
            R"(["https://example.org/t?x=(1","http://b.example"])");
  EXPECT_EQ(links("twice https://a/ and https://a/"), R"(["https://a/"])");
  EXPECT_EQ(links("<https://a/b>"), R"(["https://a/b"])");
}

TEST(LinksTest, EndWithTheText) {
  EXPECT_EQ(links("href="), "[]");
  EXPECT_EQ(links("href=\"/open"), R"(["/open"])");
  EXPECT_EQ(links("see https://"), "[]");
  EXPECT_EQ(links(""), "[]");
}

TEST(LinksTest, AreBounded) {
  constexpr size_t kMost = 10'000;
  std::string page;
  for (size_t i = 0; i < 2 * kMost; ++i) page += "<a href=/" + std::to_string(i) + ">";
  const base::Value found = find_links(page);
  ASSERT_EQ(found.as_list().size(), kMost);
  EXPECT_EQ(found.as_list().back(), base::Value("/9999"));
}

}  // namespace
}  // namespace peregrine::play
