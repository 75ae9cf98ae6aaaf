#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace peregrine::base {
namespace {

TEST(TextTest, CountsWhatSeparatesTwoWords) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("expect", "expect"), 0U);
  EXPECT_EQ(edit_distance("expct", "expect"), 1U);
  EXPECT_EQ(edit_distance("exepct", "expect"), 1U);  // two neighbours swapped
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(TextTest, FindsTheWordThatWasMeant) {
  const std::array<std::string_view, 4> known = {"get", "post", "expect", "within"};
  EXPECT_EQ(nearest("gte", known), "get");
  EXPECT_EQ(nearest("Expects", known), "expect");
  EXPECT_EQ(nearest("wihtin", known), "within");
  EXPECT_EQ(nearest("colour", known), std::nullopt);
  EXPECT_EQ(nearest("xyz", known), std::nullopt);
  EXPECT_EQ(nearest("", known), std::nullopt);
  EXPECT_EQ(nearest("get", {}), std::nullopt);
}

TEST(TextTest, ComparesNoWordsThatNobodyWrites) {
  const std::string longest(kLongestWord, 'a');
  const std::string longer(kLongestWord + 1, 'a');
  const std::array<std::string_view, 2> known = {longest, longer};
  EXPECT_EQ(nearest(longest, known), longest);
  EXPECT_EQ(nearest(longer, known), std::nullopt);
}

TEST(TextTest, ListsAlternatives) {
  const std::array<std::string_view, 3> words = {"a", "b", "c"};
  EXPECT_EQ(alternatives(words), "`a`, `b` or `c`");
  EXPECT_EQ(alternatives(std::span(words).first(2)), "`a` or `b`");
  EXPECT_EQ(alternatives(std::span(words).first(1)), "`a`");
  EXPECT_EQ(alternatives({}), "");
}

TEST(TextTest, CountsCharactersAndTheColumnsTheyTake) {
  EXPECT_EQ(count_characters("žluť"), 4U);
  EXPECT_EQ(display_width("žluť"), 4U);
  EXPECT_EQ(count_characters("猫🦜"), 2U);
  EXPECT_EQ(display_width("猫🦜"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // an accent of its own
  EXPECT_EQ(display_width("\xff\xc3"), 2U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(TextTest, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(first_invalid_utf8(""), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("ž猫🦜\U0010ffff"), std::nullopt);
  EXPECT_EQ(first_invalid_utf8("ab\xff"), 2U);
  EXPECT_EQ(first_invalid_utf8("ž\xc3"), 2U);              // cut off
  EXPECT_EQ(first_invalid_utf8("\xc0\xaf"), 0U);           // longer than it need be
  EXPECT_EQ(first_invalid_utf8("\xed\xa0\x80"), 0U);       // a surrogate
  EXPECT_EQ(first_invalid_utf8("a\xf4\x90\x80\x80"), 1U);  // beyond Unicode
}

TEST(TextTest, ShortensBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "abc… (1 more bytes)");
  EXPECT_EQ(shortened("žž", 3), "ž… (2 more bytes)");
  EXPECT_EQ(shortened("\x80\x80", 1), "… (2 more bytes)");
}

TEST(TextTest, PrintsNothingThatATerminalObeys) {
  EXPECT_EQ(printable("a\x1b[31m\x7f"), "a\\x1b[31m\\x7f");
  EXPECT_EQ(printable("\xff ž"), "\\xff ž");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b");
  EXPECT_EQ(printable("a\tb\nc"), "a\tb\\x0ac");
  EXPECT_EQ(printable("a\nb", true), "a\nb");
}

TEST(TextTest, QuotesWordsForAShell) {
  EXPECT_EQ(in_shell("journeys/a_1.yaml:3"), "journeys/a_1.yaml:3");
  EXPECT_EQ(in_shell("two words"), "'two words'");
  EXPECT_EQ(in_shell("!slow"), "'!slow'");
  EXPECT_EQ(in_shell("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(in_shell(""), "''");
}

TEST(TextTest, SplitsAndTrims) {
  EXPECT_EQ(split("a,b,,c", ','), (std::vector<std::string_view>{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(trimmed(" \t a b \r\n"), "a b");
  EXPECT_EQ(trimmed(" \n "), "");
  EXPECT_EQ(trimmed(" \ta\n ", " \t"), "a\n");
  EXPECT_EQ(lowercase("Content-TYPE Ž"), "content-type Ž");
  EXPECT_EQ(uppercase("Content-type ž"), "CONTENT-TYPE ž");
}

}  // namespace
}  // namespace peregrine::base
