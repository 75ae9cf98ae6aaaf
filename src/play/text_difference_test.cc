#include "play/text_difference.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace peregrine::play {
namespace {

TEST(TextDifference, ShortTextsAreSeenAtAGlance) {
  EXPECT_EQ(explain_texts("paid", "open"), "");
  EXPECT_EQ(explain_texts("", "open"), "");
  EXPECT_EQ(explain_texts("completed", "Completed"), "only capitals differ");
  EXPECT_EQ(explain_texts("completed", "completed "), "only blanks differ");
  EXPECT_EQ(explain_texts("Max Mustermann", "Max Mustermaxx"), "the same up to character 12");
  EXPECT_EQ(explain_texts("žluťoučký kůň", "žluťoučký kun"), "the same up to character 11");
}

TEST(TextDifference, OfLongTextsThePlaceIsShown) {
  const std::string before(100, 'a');
  const std::string after(100, 'z');
  EXPECT_EQ(explain_texts(before + "1" + after, before + "2" + after),
            "- …" + std::string(30, 'a') + "1" + std::string(29, 'z') + "…\n" + "+ …" +
                std::string(30, 'a') + "2" + std::string(29, 'z') + "…\n" + "  " +
                std::string(31, ' ') + "^ from character 101 on; 201 expected, 201 came");
}

TEST(TextDifference, TheCaretStandsUnderWideAndPrintedCharacters) {
  const std::string wide = "\u4e2d\u6587\x01";  // 4 columns, and \x01 as it is printed
  const std::string text = explain_texts(wide + std::string(60, 'a'), wide + std::string(60, 'b'));
  EXPECT_NE(text.find("\n  " + std::string(8, ' ') + "^ from character 4 on"), std::string::npos)
      << text;
}

TEST(TextDifference, OneTextMayEndWhereTheOtherGoesOn) {
  const std::string text(70, 'a');
  EXPECT_EQ(explain_texts(text, text + "b"),
            "- …" + std::string(30, 'a') + "\n+ …" + std::string(30, 'a') + "b\n  " +
                std::string(31, ' ') + "^ from character 71 on; 70 expected, 71 came");
}

TEST(TextDifference, CharactersAreNotCutApart) {
  const std::string before(70, 'a');
  const std::string text = explain_texts(before + "\xc5\xbe", before + "\xc5\xa1");  // ž, š
  EXPECT_NE(text.find("\xc5\xbe\n"), std::string::npos) << text;
  EXPECT_NE(text.find("^ from character 71 on"), std::string::npos) << text;
}

TEST(TextDifference, LinesAreComparedAsLines) {
  EXPECT_EQ(explain_texts("a\nb\nc", "a\nx\nc"), "  a\n- b\n+ x\n  c");
  EXPECT_EQ(explain_texts("a\nb", "a\nb\nc"), "  a\n  b\n+ c");
  EXPECT_EQ(explain_texts("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nfive\n6\n7\n8\n9"),
            "  …\n  3\n  4\n- 5\n+ five\n  6\n  7\n  …");
  EXPECT_EQ(explain_texts("a\nb", "a\nb "), "  a\n- b\n+ b ⏎");
  EXPECT_EQ(explain_texts("a\nb", "a\r\nb"), "- a\n+ a\\r\n  b");
  EXPECT_EQ(explain_texts("one line", "two\nlines"), "- one line\n+ two\n+ lines");
}

TEST(TextDifference, ManyLinesAreBounded) {
  std::string wanted;
  std::string actual;
  for (int i = 0; i < 300; ++i) wanted += "a" + std::to_string(i) + "\n";
  for (int i = 0; i < 300; ++i) actual += "b" + std::to_string(i) + "\n";
  std::string text = explain_texts(wanted, actual);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 40);
  EXPECT_TRUE(text.ends_with("\n  …")) << text;
  for (int i = 0; i < 300; ++i) wanted += "a\n";
  text = explain_texts(wanted, actual);  // by characters
  EXPECT_TRUE(text.contains("^ from character 1 on")) << text;
}

}  // namespace
}  // namespace peregrine::play
