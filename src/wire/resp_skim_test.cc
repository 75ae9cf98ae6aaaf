#include "wire/resp_skim.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace peregrine::wire::resp {
namespace {

// Each command a line: its words, and how many it has.
std::string commands(std::string_view stream, size_t cut) {
  CommandSkimmer skimmer;
  std::string seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, cut));
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      const auto used = skimmer.feed(rest);
      if (!used) return seen + used.error().to_string();
      rest.remove_prefix(*used);
      if (!skimmer.done()) continue;
      for (const Word& word : skimmer.words()) {
        seen += fmt::format("{}({}) ", word.text.substr(0, 12), word.size);
      }
      seen += fmt::format("= {}\n", skimmer.count());
    }
  }
  return seen;
}

std::string shown(const Outline& outline) {
  std::string text =
      fmt::format("{}:{}", static_cast<int>(outline.kind), outline.text.substr(0, 12));
  if (outline.kind == Kind::integer || outline.kind == Kind::boolean) {
    text += std::to_string(outline.integer);
  }
  text += fmt::format("({})", outline.size);
  for (const Outline& element : outline.elements) text += " " + shown(element);
  if (outline.errors > 0) text += fmt::format(" {} errors", outline.errors);
  return text;
}

std::string replies(std::string_view stream, size_t cut) {
  ReplySkimmer skimmer;
  std::string seen;
  while (!stream.empty()) {
    std::string piece(stream.substr(0, cut));
    stream.remove_prefix(piece.size());
    std::string_view rest = piece;
    while (!rest.empty()) {
      const auto used = skimmer.feed(rest);
      if (!used) return seen + used.error().to_string();
      rest.remove_prefix(*used);
      if (skimmer.done()) seen += shown(skimmer.outline()) + "\n";
    }
  }
  return seen;
}

// Whatever the cuts.
void expect_commands(std::string_view stream, std::string_view expected) {
  for (const size_t cut : {stream.size(), size_t{1}, size_t{2}, size_t{7}}) {
    EXPECT_EQ(commands(stream, cut), expected) << "in pieces of " << cut;
  }
}
void expect_replies(std::string_view stream, std::string_view expected) {
  for (const size_t cut : {stream.size(), size_t{1}, size_t{2}, size_t{7}}) {
    EXPECT_EQ(replies(stream, cut), expected) << "in pieces of " << cut;
  }
}

TEST(CommandSkimmer, ReadsOneAfterTheOther) {
  expect_commands("*2\r\n$3\r\nGET\r\n$1\r\na\r\n*1\r\n$4\r\nPING\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n",
                  "GET(3) a(1) = 2\nPING(4) = 1\nGET(3) (0) = 2\n");
}

TEST(CommandSkimmer, ReadsInlineOnesAndPassesEmptyOnesBy) {
  expect_commands("PING\r\nSET a \"b c\\n\"\n\r\n*0\r\n*-1\r\nGET a\r\n",
                  "PING(4) = 1\nSET(3) a(1) b c\n(4) = 3\nGET(3) a(1) = 2\n");
}

TEST(CommandSkimmer, KeepsTheBeginningOfWhatIsLong) {
  std::string stream = "*100\r\n$5000\r\n" + std::string(5000, 'x') + "\r\n";
  for (int i = 0; i < 99; ++i) stream += "$1\r\na\r\n";
  CommandSkimmer skimmer;
  ASSERT_EQ(skimmer.feed(stream), stream.size());
  ASSERT_TRUE(skimmer.done());
  EXPECT_EQ(skimmer.words().size(), kSkimmedWords);
  EXPECT_EQ(skimmer.words()[0].text, std::string(kSkimmedText, 'x'));
  EXPECT_EQ(skimmer.words()[0].size, 5000U);
  EXPECT_EQ(skimmer.words()[63], (Word{"a", 1}));
  EXPECT_EQ(skimmer.count(), 100U);
}

TEST(CommandSkimmer, RefusesWhatIsNoCommand) {
  expect_commands("*1\r\n+GET\r\n", "'+GET' stands where '$' and a length must be");
  expect_commands("*x\r\n", "'x' stands where a length must be");
  expect_commands("*1\r\n$1\r\nab\r\n", "a string is longer than its length says");
  expect_commands("*1\n", "the line '*1' does not end in CRLF");
  EXPECT_EQ(commands(std::string(70'000, 'a'), 70'000), "a line is longer than 65536 bytes");
}

TEST(ReplySkimmer, ReadsEachKind) {
  expect_replies(
      "+OK\r\n-ERR no\r\n:-7\r\n$5\r\nhel\r\n\r\n$-1\r\n*-1\r\n_\r\n#t\r\n,1.5\r\n(123\r\n"
      "!3\r\nbad\r\n=7\r\ntxt:abc\r\n*0\r\n",
      "0:OK(2)\n1:ERR no(6)\n2:-7(0)\n3:hel\r\n(5)\n4:(0)\n5:(0)\n4:(0)\n7:1(0)\n8:1.5(3)\n"
      "9:123(3)\n10:bad(3)\n11:abc(3)\n6:(0)\n");
}

TEST(ReplySkimmer, KeepsTheElementsOfAnAnswerAndNotTheirs) {
  expect_replies("*4\r\n:1\r\n*2\r\n+a\r\n*1\r\n+b\r\n-ERR no\r\n%1\r\n+k\r\n+v\r\n+OK\r\n",
                 "6:(4) 2:1(0) 6:(2) 1:ERR no(6) 12:(2) 1 errors\n0:OK(2)\n");
}

TEST(ReplySkimmer, PassesAttributesBy) {
  expect_replies("|1\r\n+k\r\n*1\r\n:1\r\n*2\r\n|1\r\n+a\r\n+b\r\n:3\r\n:4\r\n|0\r\n+OK\r\n",
                 "6:(2) 2:3(0) 2:4(0)\n0:OK(2)\n");
}

TEST(ReplySkimmer, KeepsTheBeginningOfWhatIsLong) {
  std::string stream = "*100000\r\n";
  for (int i = 0; i < 100'000; ++i) stream += i == 99'999 ? "-ERR\r\n" : "$2\r\nxx\r\n";
  ReplySkimmer skimmer;
  ASSERT_EQ(skimmer.feed(stream), stream.size());
  ASSERT_TRUE(skimmer.done());
  EXPECT_EQ(skimmer.outline().size, 100'000U);
  EXPECT_EQ(skimmer.outline().elements.size(), kSkimmedElements);
  EXPECT_EQ(skimmer.outline().errors, 1U);
}

TEST(ReplySkimmer, RefusesWhatIsNoAnswer) {
  expect_replies("+OK\r\nHTTP/1.1 200\r\n", "0:OK(2)\n'H' is no type of an answer");
  expect_replies("$?\r\n", "'?' stands where a length must be");
  expect_replies(":+-1\r\n", "'+-1' is no integer");
  expect_replies("+OK\n", "the line '+OK' does not end in CRLF");
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "*1\r\n";
  EXPECT_EQ(replies(deep, 1000), "an answer is nested more than 32 deep");
}

}  // namespace
}  // namespace peregrine::wire::resp
