#include "lang/command.h"

#include <gtest/gtest.h>

namespace peregrine::lang {
namespace {

using Words = std::vector<std::string>;

// The words of `run: …`, filled; or the first mistake.
Words words_of(const std::string& yaml) {
  Diagnostics diagnostics;
  const auto root =
      read_yaml(std::make_shared<const Source>("system.yaml", "run: " + yaml), diagnostics);
  Names names;
  const std::vector<base::Value> slots = {base::Value("two words"), base::Value(80)};
  names.declare("name");
  names.declare("port");
  if (!root) return {"not read"};
  const Command command = compile_command(*root->find("run"), "`run`", names, diagnostics);
  if (!diagnostics.empty()) return {diagnostics.sorted().front().message};
  const auto filled = command.fill({slots});
  return filled ? *filled : Words{filled.error().to_string()};
}

TEST(Command, IsSplitAtBlanks) {
  EXPECT_EQ(words_of("./service --port 80"), (Words{"./service", "--port", "80"}));
  EXPECT_EQ(words_of("|\n  a\n    b\tc\n"), (Words{"a", "b", "c"}));
}

TEST(Command, QuotesAndBackslashesHoldTogether) {
  EXPECT_EQ(words_of(R"(a "b c" 'd e' f\ g)"), (Words{"a", "b c", "d e", "f g"}));
  EXPECT_EQ(words_of(R"(a b"c 'd"'e "f')"), (Words{"a", "bc 'de \"f"}));
  EXPECT_EQ(words_of(R"(a '' "" 'x\y' "x\"y" \')"), (Words{"a", "", "", "x\\y", "x\"y", "'"}));
}

TEST(Command, AnExpressionIsOfOneWord) {
  EXPECT_EQ(words_of("a --name=${name}! ${name} x"),
            (Words{"a", "--name=two words!", "two words", "x"}));
  EXPECT_EQ(words_of("a '${name} and' ${port}"), (Words{"a", "two words and", "80"}));
  EXPECT_EQ(words_of("a ${'it b'}${\"'\"} c"), (Words{"a", "it b'", "c"}));
}

TEST(Command, IsAListOfItsWords) {
  EXPECT_EQ(words_of("[./a, b c, 80, '', \"${name}\"]"),
            (Words{"./a", "b c", "80", "", "two words"}));
}

TEST(Command, SaysWhatIsNone) {
  EXPECT_EQ(words_of("a 'b"), (Words{"nothing ends the quotes that begin here"}));
  EXPECT_EQ(words_of("[]"), (Words{"`run` is a command, this is an empty list"}));
  EXPECT_EQ(words_of("'  '"), (Words{"`run` is a command, this is `  `"}));
  EXPECT_EQ(words_of("[a, [b]]"), (Words{"a word of a command is text, this is a list"}));
}

}  // namespace
}  // namespace peregrine::lang
