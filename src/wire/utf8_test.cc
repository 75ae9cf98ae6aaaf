#include "wire/utf8.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace peregrine::wire {
namespace {

bool valid(std::string_view text) {
  Utf8Checker whole;
  Utf8Checker pieces;
  bool in_pieces = true;
  for (const char c : text) in_pieces = in_pieces && pieces.feed(std::string_view(&c, 1));
  const bool at_once = whole.feed(text);
  EXPECT_EQ(at_once && whole.complete(), in_pieces && pieces.complete());
  return at_once && whole.complete();
}

TEST(Utf8CheckerTest, TakesEveryLengthOfCharacterAtItsBounds) {
  for (const std::string_view text :
       {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(valid(text)) << base::printable(text);
  }
}

TEST(Utf8CheckerTest, RefusesWhatNoTextHolds) {
  for (const std::string_view text :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82", "\xc2z", "\xe2\x82z"}) {
    EXPECT_FALSE(valid(text)) << base::printable(text);
  }
}

TEST(Utf8CheckerTest, AgreesWithTheCheckOfWholeTextOnEveryPairAndTheirContinuation) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      for (const std::string_view rest : {"", "\x80", "\xbf\x80", "\x80z"}) {
        const std::string text =
            std::string{static_cast<char>(first), static_cast<char>(second)} + std::string(rest);
        ASSERT_EQ(valid(text), !base::first_invalid_utf8(text)) << base::printable(text);
      }
    }
  }
}

}  // namespace
}  // namespace peregrine::wire
