#include "lang/diagnostic.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

Place at(const std::string& text, int line, int column, int length = 1) {
  return {std::make_shared<const Source>("x.yaml", text), line, column, length};
}

TEST(DiagnosticTest, ShowsTheLineAndCaretsUnderThePlace) {
  EXPECT_EQ(render({at("a: 1\nbb: 2\n", 2, 1, 2), "unknown key `bb`", "did you mean `b`?"}),
            "x.yaml:2:1: unknown key `bb`\n"
            "    2 | bb: 2\n"
            "      | ^^\n"
            "      = did you mean `b`?\n");
}

TEST(DiagnosticTest, CaretsStandUnderWideCharactersToo) {
  EXPECT_EQ(render({at("ž猫: x", 1, 8), "here", ""}),
            "x.yaml:1:8: here\n"
            "    1 | ž猫: x\n"
            "      |      ^\n");
}

TEST(DiagnosticTest, TabsAndControlCharactersAreSeen) {
  EXPECT_EQ(render({at("\ta\x1b: x", 1, 5), "here\x1b[31m", ""}),
            "x.yaml:1:5: here\\x1b[31m\n"
            "    1 | →a\\x1b: x\n"
            "      |        ^\n");
}

TEST(DiagnosticTest, APlaceBeyondTheLineIsAtItsEnd) {
  EXPECT_EQ(render({at("ab", 1, 9, 5), "here", ""}), "x.yaml:1:9: here\n    1 | ab\n      |   ^\n");
  EXPECT_EQ(render({at("ab", 7, 1), "here", ""}), "x.yaml:7:1: here\n    7 | \n      | ^\n");
  EXPECT_EQ(render({at("", 0, 0), "the file is empty", ""}), "x.yaml: the file is empty\n");
}

TEST(DiagnosticTest, OfALongLineThePartAroundThePlaceIsShown) {
  const std::string line = std::string(3000, 'a') + "bbb" + std::string(3000, 'c');
  const std::string text = render({at(line, 1, 3001, 3), "here", ""});
  EXPECT_LT(text.size(), 600U);
  EXPECT_NE(text.find("| …aaaa"), std::string::npos);
  EXPECT_NE(text.find("abbbc"), std::string::npos);
  const size_t shown = text.find("…a");
  const size_t caret = text.find("^^^");
  const size_t b = text.find("bbb");
  const size_t second = text.rfind('\n', caret) + 1;
  const size_t first = text.rfind('\n', shown) + 1;
  // "…" is three bytes in one column.
  EXPECT_EQ(caret - second, b - first - 2);
}

// 75 columns are less than what is shown, and 149 bytes more.
TEST(DiagnosticTest, ALineIsCutByItsColumns) {
  std::string line = "a";
  for (int i = 0; i < 74; ++i) line += "é";
  EXPECT_EQ(render({at(line, 1, 1), "here", ""}),
            "x.yaml:1:1: here\n    1 | " + line + "\n      | ^\n");
  EXPECT_EQ(render({at(line, 1, 1, 149), "here", ""}),
            "x.yaml:1:1: here\n    1 | " + line + "\n      | " + std::string(75, '^') + "\n");
}

TEST(DiagnosticTest, LongWordsAreCut) {
  const std::string text =
      render({at("a", 1, 1), "unknown key `" + std::string(1'000'000, 'x') + "`", ""});
  EXPECT_LT(text.size(), 700U);
}

TEST(DiagnosticsTest, AreSortedToldOnceAndBounded) {
  Diagnostics diagnostics;
  const Place later = at("a\nb\n", 2, 1);
  diagnostics.add(later, "b");
  diagnostics.add({later.source, 1, 1, 1}, "a");
  diagnostics.add(later, "b");
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics.sorted()[0].message, "a");
  for (int i = 0; i < 200; ++i) diagnostics.add({later.source, i + 3, 1, 1}, "c");
  EXPECT_EQ(diagnostics.size(), Diagnostics::kMax);
  EXPECT_TRUE(diagnostics.full());
}

TEST(SuggestionTest, TheNearestWordOrAllOfThem) {
  EXPECT_EQ(suggestion("expct", {"expect", "save"}), "did you mean `expect`?");
  EXPECT_EQ(suggestion("xyz", {"save", "expect"}), "known here: expect save");
  EXPECT_EQ(suggestion("xyz", {}), "");
  std::vector<std::string> words;
  for (int i = 0; i < 30; ++i) words.push_back("name" + std::to_string(i));
  const std::string many = suggestion("x", {words.begin(), words.end()});
  EXPECT_NE(many.find("… (30 in all)"), std::string::npos);
}

TEST(SourceTest, LinesAndOffsets) {
  const Source source("a/x.yaml", "ab\r\n\ncd");
  EXPECT_EQ(source.lines(), 3);
  EXPECT_EQ(source.line(1), "ab");
  EXPECT_EQ(source.line(2), "");
  EXPECT_EQ(source.line(3), "cd");
  EXPECT_EQ(source.line(4), "");
  EXPECT_EQ(source.line(0), "");
  EXPECT_EQ(source.offset(3, 2), 6U);
  EXPECT_EQ(source.offset(3, 99), 7U);
  EXPECT_EQ(source.offset(99, 1), 5U);
  EXPECT_EQ(source.line_and_column(6), std::pair(3, 2));
  EXPECT_EQ(source.line_and_column(7), std::pair(3, 3));
  EXPECT_EQ(source.folder(), "a");
  EXPECT_EQ(Source("x.yaml", "").folder(), ".");
}

}  // namespace
}  // namespace peregrine::lang
